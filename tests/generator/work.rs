//! Workflows: sequences, branches, forks with joins, repeats, conditions; time limits, retries,
//! hedges, escalation and compensation around their steps.

use super::Draft;
use super::dice::{Dice, Keys};
use super::load::Classes;
use super::things::Things;
use super::workers::{Crew, partial};
use super::{protection, things};

pub struct Workflows {
    pub names: Vec<String>,
    /// The steps of all, as `workflow.step`.
    pub steps: Vec<String>,
    pub text: String,
}

/// A step before it is written.
struct Step {
    name: String,
    keys: Keys,
    /// Whether another step, chosen by chance or need, may follow its failure.
    may_turn: bool,
    /// Whether it may have something that undoes it.
    may_be_undone: bool,
}

impl Step {
    fn new(name: &str) -> Self {
        let keys = Keys::default();
        Step { name: name.to_string(), keys, may_turn: true, may_be_undone: true }
    }

    fn with(mut self, key: &str, value: &str) -> Self {
        self.keys.put(key, value.to_string());
        self
    }

    /// A join waits for it, so nothing else may follow it.
    fn joined(mut self) -> Self {
        self.may_turn = false;
        self
    }
}

pub fn workflows(draft: &mut Draft, classes: &Classes, crew: &Crew, things: &Things) -> Workflows {
    let mut all = Vec::new();
    let names: Vec<String> = (0..draft.dice.from(1, 2)).map(|i| format!("flow{i}")).collect();
    let mut text = String::new();
    for name in &names {
        let (first, mut steps) = shape(&mut draft.dice);
        care_for(draft, &mut steps);
        turn(&mut draft.dice, &mut steps);
        text += &format!("[workflows.{name}]\n{first}");
        let mut keys = Keys::default();
        if draft.dice.chance(0.4) {
            things::hold(&mut draft.dice, &mut keys, things.outer());
        }
        text += &keys.lines();
        for mut step in steps {
            fill(&mut draft.dice, &mut step.keys, classes, crew);
            if draft.dice.chance(0.4) {
                things::hold(&mut draft.dice, &mut step.keys, things.inner());
            }
            if draft.dice.chance(0.15) && !things.names.is_empty() {
                let back = draft.dice.pick(&things.names);
                step.keys.put("returns", format!("[\"{back}\"]"));
            }
            all.push(format!("{name}.{}", step.name));
            text += &format!("[workflows.{name}.steps.{}]\n{}", step.name, step.keys.lines());
        }
    }
    Workflows { names, steps: all, text }
}

/// What comes after what, and the line that says what comes first, if one must.
fn shape(dice: &mut Dice) -> (&'static str, Vec<Step>) {
    match dice.below(6) {
        0 => ("", (0..dice.from(1, 4)).map(|i| Step::new(&format!("step{i}"))).collect()),
        1 => {
            let (a, b) = (dice.from(1, 5) * 10, dice.from(1, 4) * 10);
            let arms =
                format!("{{ left = \"{a}%\", right = \"{b}%\", end = \"{}%\" }}", 100 - a - b);
            let left = Step::new("left").with("then", "\"last\"");
            let right = Step::new("right").with("then", "\"last\"");
            ("", vec![Step::new("triage").with("then", &arms), left, right, Step::new("last")])
        }
        2 => ("", fork(dice)),
        3 => {
            let back = dice.percent(10.0, 60.0);
            let back: f64 = back.trim_matches(['"', '%']).parse().unwrap();
            let rest = 100.0 - back;
            let arms = format!("{{ write = \"{back:.1}%\", end = \"{rest:.1}%\" }}");
            let at_most = dice.whole(1, 4);
            let write = Step::new("write").with("at_most", &at_most).with("then", "\"review\"");
            ("first = \"write\"\n", vec![write, Step::new("review").with("then", &arms)])
        }
        4 => {
            let limit = dice.number(0.2, 0.8);
            let when = match dice.below(4) {
                0 => format!("[{{ score_below = {limit}, then = \"again\" }}]"),
                1 => format!("[{{ score_from = {limit}, then = \"again\" }}]"),
                2 => format!("[{{ failed = {}, then = \"again\" }}]", dice.bool()),
                _ => format!("[{{ score_below = {limit}, then = \"end\" }}]"),
            };
            let then = if when.contains("end") { "\"again\"" } else { "\"last\"" };
            let judged = Step::new("judged").with("score", "{ uniform = [0, 1] }");
            let judged = judged.with("when", &when).with("then", then);
            let again = Step::new("again").with("then", "\"last\"");
            ("", vec![judged, again, Step::new("last")])
        }
        // Two begin together, and come to the same step: it is visited twice at once.
        _ => {
            let one = Step::new("one").with("then", "\"both\"");
            let two = Step::new("two").with("then", "\"both\"");
            ("", vec![one, two, Step::new("both")])
        }
    }
}

/// Steps in parallel, and one that waits for some or all of them.
fn fork(dice: &mut Dice) -> Vec<Step> {
    let mut steps = Vec::new();
    let begins = dice.chance(0.5);
    if begins {
        steps.push(Step::new("start").joined());
    }
    let names = ["east", "north", "west"];
    let many = dice.from(2, 3) as usize;
    for name in &names[..many] {
        let step = Step::new(name).joined();
        steps.push(if begins { step.with("after", "[\"start\"]") } else { step });
    }
    let after: Vec<String> = names[..many].iter().map(|name| format!("\"{name}\"")).collect();
    let mut join = Step::new("joined").with("after", &format!("[{}]", after.join(", ")));
    join.keys.maybe(dice, "join", |dice| dice.whole(1, many as u64));
    join.keys.maybe(dice, "rest", |dice| dice.word(&["go_on", "give_up"]));
    if dice.chance(0.5) {
        join = join.with("then", "\"last\"");
        steps.push(Step::new("last"));
    }
    steps.push(join);
    steps
}

/// What is done about attempts that take long or fail.
fn care_for(draft: &mut Draft, steps: &mut [Step]) {
    let all = draft.dice.chance(0.3);
    for step in steps {
        let dice = &mut draft.dice;
        step.keys.maybe(dice, "critical", Dice::bool);
        step.keys.maybe(dice, "reneging", Dice::bool);
        if !all && dice.chance(0.4) {
            continue;
        }
        if dice.chance(0.6) {
            step.keys.put("timeout", dice.span(3.0, 12.0));
            step.keys.maybe(dice, "timeout_from", |dice| dice.word(&["start", "ready"]));
        }
        step.keys.maybe(dice, "cancellable", Dice::bool);
        if dice.chance(0.4) {
            let copies = dice.from(1, 3);
            let after = dice.span(0.2, 2.9);
            let copies = if dice.chance(0.5) { format!(", copies = {copies}") } else { "".into() };
            step.keys.put("hedge", format!("{{ after = {after}{copies} }}"));
        }
        if draft.dice.chance(0.6) {
            let retry = protection::retry(draft);
            step.keys.put("retry", retry);
        }
    }
}

/// Escalation, dead letters and compensations.
fn turn(dice: &mut Dice, steps: &mut Vec<Step>) {
    let mut more = Vec::new();
    for step in steps.iter_mut() {
        if step.may_turn && dice.chance(0.3) {
            let to = if dice.chance(0.5) { "dead_letter" } else { "rescue" };
            step.keys.text("on_failure", to);
            if to == "rescue" && more.iter().all(|other: &Step| other.name != "rescue") {
                more.push(Step::new("rescue"));
            }
        }
    }
    if dice.chance(0.4) {
        for step in steps.iter_mut().filter(|step| step.may_be_undone) {
            if dice.chance(0.7) {
                let undo = format!("undo_{}", step.name);
                step.keys.text("compensation", &undo);
                more.push(Step::new(&undo));
            }
        }
    }
    steps.extend(more);
}

/// Who does a step, and how much work it is.
fn fill(dice: &mut Dice, keys: &mut Keys, classes: &Classes, crew: &Crew) {
    let (queue, can) = dice.pick(&crew.pools);
    let needs: Vec<String> =
        can.iter().filter(|_| dice.chance(0.4)).map(|need| format!("\"{need}\"")).collect();
    let (other, _) = dice.pick(&crew.pools);
    if needs.is_empty() && other != queue && dice.chance(0.5) {
        let first = dice.pick(&classes.names);
        let by_class =
            format!("{{ by_class = {{ {first} = \"{other}\" }}, default = \"{queue}\" }}");
        keys.put("queue", by_class);
    } else {
        keys.text("queue", queue);
    }
    if !needs.is_empty() {
        keys.put("needs", format!("[{}]", needs.join(", ")));
        if dice.chance(0.3) {
            keys.put("require_all", String::from("false"));
            keys.maybe(dice, "partial", partial);
        }
    }
    let mean = dice.uniform(0.2, 2.0);
    if dice.chance(0.3) {
        let each = |name: &String| format!("{name} = {}", dice.dist(mean));
        let each: Vec<String> = classes.names.iter().map(each).collect();
        keys.put("work", format!("{{ by_class = {{ {} }} }}", each.join(", ")));
    } else {
        keys.put("work", dice.dist(mean));
    }
}

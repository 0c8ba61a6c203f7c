//! Classes, and workloads with every arrival process.

use super::Draft;
use super::dice::{Dice, Keys};

pub struct Classes {
    pub names: Vec<String>,
    pub text: String,
}

pub fn classes(draft: &mut Draft) -> Classes {
    let names: Vec<String> = (0..draft.dice.from(1, 3)).map(|i| format!("class{i}")).collect();
    let text = names.iter().map(|name| class(&mut draft.dice, name)).collect();
    Classes { names, text }
}

fn class(dice: &mut Dice, name: &str) -> String {
    let mut keys = Keys::default();
    keys.maybe(dice, "priority", |dice| dice.whole(0, 3));
    keys.maybe(dice, "value", |dice| dice.number(0.0, 9.0));
    keys.maybe(dice, "penalty", |dice| dice.number(0.0, 9.0));
    keys.maybe(dice, "credit", |dice| dice.span(0.0, 10.0));
    if dice.chance(0.5) {
        keys.put("deadline", dice.span(1.0, 40.0));
        keys.maybe(dice, "at_deadline", |dice| dice.word(&["go_on", "leave"]));
    }
    if dice.chance(0.4) {
        let mean = dice.uniform(0.5, 20.0);
        keys.put("patience", dice.dist(mean));
    }
    if dice.chance(0.2) {
        keys.put("balk_above", dice.whole(0, 12));
    }
    format!("[classes.{name}]\n{}", keys.lines())
}

pub fn workloads(draft: &mut Draft, classes: &Classes, workflows: &[String]) -> String {
    let loads = workflows.len() as u64 + draft.dice.below(2);
    let mut text = String::new();
    for i in 0..loads {
        let mut keys = Keys::default();
        let mut trace_has_classes = false;
        let arrivals = arrivals(draft, i, classes, &mut trace_has_classes);
        // Each workflow has a workload at least.
        keys.text("workflow", &workflows[i as usize % workflows.len()]);
        keys.put("arrivals", arrivals);
        if !trace_has_classes {
            keys.put("classes", shares(&mut draft.dice, &classes.names));
        }
        // All are about the same kind of thing, so that any two may meet.
        keys.put("entities", format!("{{ order = {} }}", draft.dice.from(1, 40)));
        if draft.dice.chance(0.3) {
            keys.put("limit", draft.dice.whole(1, 300));
        }
        text += &format!("[workloads.load{i}]\n{}", keys.lines());
    }
    text
}

fn shares(dice: &mut Dice, classes: &[String]) -> String {
    if classes.len() == 1 || dice.chance(0.2) {
        return format!("\"{}\"", dice.pick(classes));
    }
    let each = 100 / classes.len();
    let first = 100 - each * (classes.len() - 1);
    let share = |i: usize| if i == 0 { first } else { each };
    let pair = |(i, name): (usize, &String)| format!("{name} = \"{}%\"", share(i));
    format!("{{ {} }}", classes.iter().enumerate().map(pair).collect::<Vec<_>>().join(", "))
}

const ALL: [&str; 7] = ["poisson", "renewal", "schedule", "mmpp", "batch", "trace", "closed"];

fn arrivals(draft: &mut Draft, load: u64, classes: &Classes, has_classes: &mut bool) -> String {
    let name = *draft.dice.pick(&ALL);
    let keys = match name {
        "batch" => {
            let mut keys = Keys::default();
            keys.put("size", draft.dice.number(1.0, 6.0));
            let of = *draft.dice.pick(&ALL[..4]);
            let inner = open(&mut draft.dice, of, 0.5);
            keys.put("of", draft.choose("arrivals", of, inner));
            keys
        }
        "trace" => trace(draft, load, classes, has_classes),
        "closed" => {
            let mut keys = Keys::default();
            keys.put("users", draft.dice.whole(1, 20));
            let think = draft.dice.uniform(1.0, 10.0);
            keys.put("think", draft.dice.dist(think));
            keys
        }
        name => open(&mut draft.dice, name, 3.0),
    };
    draft.choose("arrivals", name, keys)
}

/// A process of single arrivals with at most about `most` a second.
fn open(dice: &mut Dice, name: &str, most: f64) -> Keys {
    let mut keys = Keys::default();
    match name {
        "poisson" => keys.put("rate", dice.rate(0.2, most)),
        "renewal" => {
            let gap = 1.0 / dice.uniform(0.2, most);
            keys.put("gap", dice.dist(gap));
        }
        "schedule" => {
            keys.put("per", dice.span(5.0, 30.0));
            let rates: Vec<String> = (0..dice.from(1, 5)).map(|_| dice.rate(0.1, most)).collect();
            keys.put("rates", format!("[{}]", rates.join(", ")));
            keys.maybe(dice, "every", |dice| dice.span(150.0, 300.0));
            keys.maybe(dice, "daily_factor_cv", |dice| dice.number(0.0, 0.5));
        }
        _ => {
            let jump = dice.chance(0.5);
            let mut state = |row: &str, high: f64| {
                let (rate, stay) = (dice.rate(0.05, high), dice.span(2.0, 30.0));
                let jump = if jump { format!(", jump = {row}") } else { String::new() };
                format!("{{ rate = {rate}, stay = {stay}{jump} }}")
            };
            let states = [state("[0, 1]", most), state("[1, 0]", most / 4.0)];
            keys.put("states", format!("[{}]", states.join(", ")));
        }
    }
    keys
}

/// A recorded trace: its file, and how it is read.
fn trace(draft: &mut Draft, load: u64, classes: &Classes, has_classes: &mut bool) -> Keys {
    let dice = &mut draft.dice;
    let mut rows = String::from("t_s,day,kind,tokens,more,patience_s\n");
    let mut seconds = 0.0;
    for _ in 0..dice.from(1, 150) {
        // Some come at the same time.
        if dice.chance(0.8) {
            seconds += dice.uniform(0.0, 1.5);
        }
        let class = dice.pick(&classes.names).clone();
        let work = if dice.chance(0.8) { dice.number(0.1, 3.0) } else { String::new() };
        let (more, patience) = (dice.number(0.0, 2.0), dice.number(0.5, 30.0));
        let day = dice.pick(&["mon", "tue"]);
        rows += &format!("{seconds:.3},{day},{class},{work},{more},{patience}\n");
    }
    let file = format!("trace{load}.csv");
    let mut keys = Keys::default();
    keys.text("file", &file);
    keys.maybe(dice, "format", |_| String::from("\"columns\""));
    keys.maybe(dice, "time", |_| String::from("\"t_s\""));
    *has_classes = dice.chance(0.5);
    if *has_classes {
        keys.text("class", "kind");
    }
    if dice.chance(0.5) {
        let plain = String::from("\"tokens\"");
        let weighed = String::from("{ tokens = 1, more = 0.5 }");
        keys.put("work", if dice.chance(0.5) { plain } else { weighed });
    }
    keys.maybe(dice, "patience", |_| String::from("\"patience_s\""));
    if dice.chance(0.2) {
        keys.put("keep", String::from("{ day = [\"mon\", \"tue\"] }"));
    }
    keys.maybe(dice, "loops", Dice::bool);
    keys.maybe(dice, "speed_up", |dice| dice.number(0.5, 2.0));
    draft.files.insert(file, rows.into_bytes());
    keys
}

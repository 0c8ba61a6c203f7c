//! Resources that tasks and steps hold, reserve, use up and return; and declared conflicts.

use super::Draft;
use super::dice::{Dice, Keys};
use super::work::Workflows;

/// The types of resources.
pub struct Things {
    pub names: Vec<String>,
    pub text: String,
}

impl Things {
    /// What whole tasks may hold.
    pub fn outer(&self) -> &[String] {
        &self.names[..self.names.len().min(2)]
    }

    /// What steps may hold; one type is for both, so that they may wait for one another.
    pub fn inner(&self) -> &[String] {
        &self.names[self.names.len().min(1)..]
    }
}

pub fn things(draft: &mut Draft) -> Things {
    let dice = &mut draft.dice;
    let many = if dice.chance(0.5) { dice.from(1, 4) } else { 0 };
    let names: Vec<String> = (0..many).map(|i| format!("thing{i}")).collect();
    let mut text = String::new();
    for name in &names {
        let mut keys = Keys::default();
        // Three of each are at least 40 strong, so that everything asked for can be had.
        if dice.chance(0.5) {
            keys.put("count", dice.whole(3, 12));
            keys.put("strength", dice.whole(40, 60));
        } else {
            let (weak, strong) = (dice.from(1, 4), dice.from(3, 6));
            keys.put(
                "units",
                format!(
                    "[{{ strength = 7.5, count = {weak} }}, {{ strength = 40, count = {strong} }}]"
                ),
            );
        }
        keys.maybe(dice, "region", |_| String::from("\"eu\""));
        text += &format!("[resources.{name}]\n{}", keys.lines());
    }
    Things { names, text }
}

/// What a workflow or a step holds of these types.
pub fn hold(dice: &mut Dice, keys: &mut Keys, types: &[String]) {
    let reserved = types.first().filter(|_| dice.chance(0.3));
    let held: Vec<&String> =
        types.iter().filter(|name| Some(*name) != reserved && dice.chance(0.6)).collect();
    if let Some(name) = reserved {
        let lead = if dice.chance(0.5) {
            format!(", lead = {}", dice.span(0.1, 5.0))
        } else {
            String::new()
        };
        let length = dice.span(0.2, 3.0);
        keys.put("reserve", format!("{{ resource = \"{name}\"{lead}, for = {length} }}"));
    }
    if !held.is_empty() {
        let each: Vec<String> =
            held.iter().map(|name| format!("{name} = {}", requirement(dice))).collect();
        keys.put("resources", format!("{{ {} }}", each.join(", ")));
        keys.maybe(dice, "acquire", |dice| dice.word(&["together", "ordered", "as_written"]));
    }
    if reserved.is_none() && held.is_empty() {
        return;
    }
    if dice.chance(0.7) {
        keys.text("on_unavailable", "wait");
        // What is used up may never come back; a long line makes the search for deadlocks slow.
        keys.put("resource_timeout", dice.span(0.5, 5.0));
    }
}

fn requirement(dice: &mut Dice) -> String {
    let mut keys = Keys::default();
    if dice.chance(0.3) {
        keys.put("count", String::from("2"));
    } else if dice.chance(0.4) {
        return String::from("1");
    }
    keys.maybe(dice, "where", |_| String::from("[\"strength >= 40\"]"));
    match dice.below(3) {
        0 => keys.put("shared", String::from("true")),
        1 => keys.put("consumes", dice.bool()),
        _ => {}
    }
    if keys.is_empty() { String::from("1") } else { keys.inline() }
}

/// Pairs of steps or of workflows, and resources that are lost.
pub fn conflicts(draft: &mut Draft, things: &Things, workflows: &Workflows) -> String {
    let dice = &mut draft.dice;
    let mut text = String::new();
    for i in 0..dice.below(3) {
        let mut keys = Keys::default();
        let of = if dice.chance(0.7) { &workflows.steps } else { &workflows.names };
        let ordered = of.len() > workflows.names.len() && dice.chance(0.3);
        let pair = format!("[\"{}\", \"{}\"]", dice.pick(of), dice.pick(of));
        keys.put(if ordered { "order" } else { "between" }, pair);
        keys.maybe(dice, "rule", |dice| dice.word(&["serialise", "cancel_later", "merge"]));
        text += &format!("[conflicts.pair{i}]\n{}", keys.lines());
    }
    for name in &things.names {
        if dice.chance(0.4) {
            let mut keys = Keys::default();
            keys.text("resource", name);
            keys.maybe(dice, "loser", |dice| dice.word(&["wait", "requeue", "preempt"]));
            text += &format!("[conflicts.{name}]\n{}", keys.lines());
        }
    }
    text
}

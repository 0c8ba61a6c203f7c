//! Random scenarios for tests: small systems that use every mechanism with every key.
//!
//! A seed gives a text, always the same one, valid by construction but for rare combinations that
//! the loader refuses; a scenario has some hundred tasks in a minute or two of its own time. What
//! was chosen of each mechanism family is noted, so that a test can tell that nothing was left out.

#![allow(dead_code)]

mod control;
mod dice;
mod faults;
mod load;
mod policies;
mod protection;
mod things;
mod work;
mod workers;

use std::collections::{BTreeMap, BTreeSet};

use dice::{Dice, Keys};

/// A scenario that has been made up.
pub struct Random {
    /// Its text.
    pub text: String,
    /// The files that it names.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Which choice of which family it uses.
    pub chosen: BTreeSet<(&'static str, &'static str)>,
}

impl Random {
    /// The text and all files, as a person would save them.
    pub fn show(&self) -> String {
        let file = |(name, bytes): (&String, &Vec<u8>)| {
            format!("\n# --- {name}\n{}", String::from_utf8_lossy(bytes))
        };
        self.text.clone() + &self.files.iter().map(file).collect::<String>()
    }
}

/// What is being made up.
struct Draft {
    dice: Dice,
    files: BTreeMap<String, Vec<u8>>,
    chosen: BTreeSet<(&'static str, &'static str)>,
}

impl Draft {
    /// Notes what was chosen: `name = { keys }`, or the name alone if it has no keys.
    fn choose(&mut self, family: &'static str, name: &'static str, keys: Keys) -> String {
        self.chosen.insert((family, name));
        match keys.is_empty() {
            true => format!("\"{name}\""),
            false => format!("{{ {name} = {} }}", keys.inline()),
        }
    }
}

/// The scenario of a seed.
pub fn random(seed: u64) -> Random {
    let dice = Dice::new(seed);
    let mut draft = Draft { dice, files: BTreeMap::new(), chosen: BTreeSet::new() };
    let classes = load::classes(&mut draft);
    let crew = workers::crew(&mut draft);
    let things = things::things(&mut draft);
    let workflows = work::workflows(&mut draft, &classes, &crew, &things);
    let conflicts = things::conflicts(&mut draft, &things, &workflows);
    let workloads = load::workloads(&mut draft, &classes, &workflows.names);
    let top = top(&mut draft, seed, !conflicts.is_empty());
    let pools: Vec<String> = (0..crew.pools.len()).map(|i| format!("pool{i}")).collect();
    let faults = faults::faults(&mut draft, &pools, &open_workloads(&workloads), &things);
    let alerts = control::alerts(&mut draft, &pools);
    let own = [top, classes.text, workloads, things.text, workflows.text, conflicts, crew.text];
    let parts: Vec<String> = own.into_iter().chain([faults, alerts]).collect();
    let text = parts.join("\n");
    Random { text, files: draft.files, chosen: draft.chosen }
}

/// The names of the workloads that are no closed loop.
fn open_workloads(text: &str) -> Vec<String> {
    let parts = text.split("[workloads.").skip(1).filter(|part| !part.contains("closed ="));
    parts.filter_map(|part| Some(part.split_once(']')?.0.to_string())).collect()
}

fn top(draft: &mut Draft, seed: u64, conflicts: bool) -> String {
    let dice = &mut draft.dice;
    let mut keys = Keys::default();
    keys.text("name", &format!("random-{seed}"));
    keys.maybe(dice, "about", |_| String::from("\"made up\""));
    keys.put("seed", dice.below(1000).to_string());
    keys.put("horizon", dice.span(60.0, 150.0));
    keys.maybe(dice, "warm_up", |dice| dice.span(0.0, 30.0));
    if dice.chance(0.1) {
        keys.put("drain", String::from("false"));
    }
    // Shifts change at nine o'clock.
    keys.text("starts_at", "08:59:30");
    keys.maybe(dice, "grid", |dice| dice.span(1.0, 20.0));
    if conflicts {
        keys.maybe(dice, "conflict_check", |dice| dice.span(0.5, 10.0));
    }
    keys.lines()
}

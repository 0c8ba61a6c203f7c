//! The screen after a run, what follows from its numbers: what it cost, which objectives it meets,
//! what could be done.

use super::screen::Screen;
use super::words::{counted, cut, estimate};
use crate::experiment::gather::Gathered;
use crate::experiment::objectives::{Judged, Verdict};

/// More objectives than this are in `--json` only.
const MOST_OBJECTIVES: usize = 4;
/// What stands before a recommendation.
const ADVICE: &str = "advice: ";
/// The widest line.
const WIDEST: usize = 100;

/// What it cost, in one line, if anything costs something or is worth something.
pub fn costs(all: &Gathered<'_>) -> Option<String> {
    let shown = |name: &str| estimate(name, all.estimate(name));
    let value = all.estimate("value_total").map(|_| format!("value {}", shown("value_total")));
    if all.estimate("cost_total").is_none() {
        return value;
    }
    let mean = |name: &str| all.estimate(name).map_or(0.0, |interval| interval.mean);
    let mut line = format!("cost {}", shown("cost_total"));
    let parts = ["agents", "attempts", "work", "penalties"];
    let parts = parts.map(|part| (part, mean(&format!("cost_{part}"))));
    let some: Vec<&(&str, f64)> = parts.iter().filter(|(_, mean)| *mean > 0.0).collect();
    if some.len() > 1 {
        let share =
            |(part, it): &&(&str, f64)| format!("{part} {:.0} %", 100.0 * it / mean("cost_total"));
        line += &format!(" ({})", some.iter().map(share).collect::<Vec<_>>().join(", "));
    }
    line += &format!(", {} a task", shown("cost_per_task"));
    Some(line + &value.map_or(String::new(), |value| format!("; {value}")))
}

/// The verdict on each objective, those that are missed first.
pub fn objectives(judged: &[Judged], screen: &Screen) -> Vec<String> {
    let mut order: Vec<&Judged> = judged.iter().collect();
    order.sort_by_key(|it| match it.verdict {
        Verdict::Missed => 0,
        Verdict::NotShown if it.met != Some(true) => 1,
        Verdict::NotShown => 2,
        Verdict::Met => 3,
    });
    let (shown, rest) = order.split_at(order.len().min(MOST_OBJECTIVES));
    let mut lines: Vec<String> = shown.iter().map(|it| objective(it, screen)).collect();
    if !rest.is_empty() {
        let n = counted(rest.len() as u64, "more objective");
        lines.push(format!("and {n}: see --json; those that are missed come first"));
    }
    lines
}

fn objective(judged: &Judged, screen: &Screen) -> String {
    let objective = &judged.objective;
    let value = estimate(&objective.metric, judged.estimate.as_ref());
    let value = match (judged.verdict, judged.met) {
        (_, None) => String::from("there is no such number"),
        (Verdict::NotShown, Some(true)) => format!("{value}: met on average"),
        (Verdict::NotShown, Some(false)) => format!("{value}: missed on average"),
        (Verdict::Met | Verdict::Missed, Some(_)) => value,
    };
    let words = judged.verdict.words();
    let coloured = match judged.verdict {
        Verdict::Met => screen.good(words),
        Verdict::Missed => screen.bad(words),
        Verdict::NotShown => words.to_owned(),
    };
    let taken = words.len() + "objective : ".len();
    format!(
        "objective {coloured}: {}",
        cut(&format!("{} ({value})", objective.label), WIDEST - taken)
    )
}

/// At most so many recommendations, each on as many lines as it needs.
pub fn advice(all: &Gathered<'_>, most: usize, screen: &Screen) -> Vec<String> {
    let mut lines = Vec::new();
    for it in all.advice.iter().take(most) {
        let mut wrapped = wrap(&it.text, WIDEST - ADVICE.len()).into_iter();
        let first = wrapped.next().unwrap_or_default();
        lines.push(format!("{}{first}", screen.bold(ADVICE)));
        lines.extend(wrapped.map(|line| format!("{:1$}{line}", "", ADVICE.len())));
    }
    if most < all.advice.len() {
        let n = counted((all.advice.len() - most) as u64, "more recommendation");
        lines.push(format!("and {n} in recommendations.csv"));
    }
    lines
}

/// The words in lines of at most so many characters.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a line");
        if line.is_empty() {
            *line = word.to_owned();
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            *line += &format!(" {word}");
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

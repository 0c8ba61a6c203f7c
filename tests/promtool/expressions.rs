//! Random expressions: the tool finds the same samples, to the bit, and fails where we fail.

use std::fmt::Write as _;

use rehearsal::base::random::Stream;
use rehearsal::base::time::Time;
use rehearsal::mechanism::promql::{Labels, Sample, Series, Store, is_stale, parse};
use rehearsal::output::promtool::{Export, selector, test_file};

use super::series::{SCRAPE, SCRAPES, chance, dice, pick, random};
use super::{printed, promtool};

const OPERATORS: [&str; 4] = ["+", "-", "*", "/"];
const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

fn number(dice: &mut Stream) -> String {
    (*pick(dice, &["0", "1", "0.25", "2.5", "-1", "1e3", "3.37", "-0.63"])).to_string()
}

fn select(dice: &mut Stream, name: &str) -> String {
    let by_agent = ["", "{}", "{agent='1'}", "{agent!='1'}", "{pool=~'a|c'}", "{agent!~'[12]'}"];
    let by_pool = ["", "{pool='a'}", "{pool!='a',none=''}", "{pool=~'.+'}"];
    let matchers = if ["l", "h"].contains(&name) { &by_pool[..] } else { &by_agent[..] };
    format!("{name}{}", pick(dice, matchers))
}

fn over_time(dice: &mut Stream) -> String {
    let functions =
        ["rate", "increase", "sum_over_time", "avg_over_time", "max_over_time", "min_over_time"];
    let function = *pick(dice, &functions);
    let name = if ["rate", "increase"].contains(&function) { "c" } else { "g" };
    let range = *pick(dice, &["15s", "40s", "1m", "2m30s", "5m", "1h"]);
    format!("{function}({}[{range}])", select(dice, name))
}

fn aggregate(dice: &mut Stream, inner: &str) -> String {
    let how = *pick(dice, &["sum", "avg", "max", "min", "count"]);
    match *pick(
        dice,
        &["", "by (pool)", "by (agent,)", "without (agent)", "by ()", "by (pool, le)"],
    ) {
        grouping if chance(dice, 0.5) => format!("{how} {grouping} ({inner})"),
        grouping => format!("{how}({inner}) {grouping}"),
    }
}

fn vector(dice: &mut Stream, depth: u32) -> String {
    let deeper = |dice: &mut Stream| vector(dice, depth.saturating_sub(1));
    match if depth == 0 { dice.below(3) } else { dice.below(12) } {
        0 => {
            let name = *pick(dice, &["c", "g", "s", "l"]);
            select(dice, name)
        }
        1 | 2 => over_time(dice),
        3 | 4 => {
            let inner = deeper(dice);
            aggregate(dice, &inner)
        }
        5 => {
            let quantile = *pick(dice, &["0.5", "0.95", "0", "1", "-1", "0.123"]);
            let buckets = *pick(dice, &["h", "rate(h[2m])", "sum by (le) (increase(h[1m]))"]);
            format!("histogram_quantile({quantile}, {buckets})")
        }
        6 => format!("-({})", deeper(dice)),
        7 => {
            let operator = *pick(dice, &OPERATORS);
            match chance(dice, 0.5) {
                true => format!("{} {operator} ({})", number(dice), deeper(dice)),
                false => format!("({}) {operator} {}", deeper(dice), number(dice)),
            }
        }
        8 => {
            let operator = *pick(dice, &COMPARISONS);
            match chance(dice, 0.5) {
                true => format!("{} {operator} ({})", number(dice), deeper(dice)),
                false => format!("({}) {operator} {}", deeper(dice), number(dice)),
            }
        }
        9 | 10 => {
            let operator = *pick(dice, &[&OPERATORS[..], &COMPARISONS[..]].concat());
            let on = *pick(dice, &["", "", "on (pool)", "on (pool, agent)", "ignoring (agent)"]);
            format!("({}) {operator} {on} ({})", deeper(dice), deeper(dice))
        }
        _ => {
            let operator = *pick(dice, &["and", "or", "unless"]);
            let on = *pick(dice, &["", "", "on (pool)", "ignoring (agent)"]);
            format!("({}) {operator} {on} ({})", deeper(dice), deeper(dice))
        }
    }
}

/// Rounding that hides in which order floats were added; it is the tool's own `round`.
const STEP: f64 = 1.0 / 524_288.0;

/// A case: an expression at a moment, with our answer.
struct Case {
    text: String,
    at: Time,
    answer: Result<Vec<Sample>, String>,
}

fn store(series: &[Series], text: &str, now: Time) -> Store {
    let mut store = Store::for_expressions([&parse(text).unwrap()]);
    for series in series {
        let id = store.series(&series.name, &series.labels);
        for (at, value) in series.samples.iter().filter(|(at, _)| *at <= now) {
            store.push(id, *at, *value);
        }
    }
    store
}

impl Case {
    fn new(series: &[Series], dice: &mut Stream) -> Case {
        let text = vector(dice, 3);
        let end = u32::try_from(SCRAPE.nanos() / 1_000_000 * SCRAPES).unwrap();
        let millis = match chance(dice, 0.5) {
            true => u64::from(dice.below(end) / 15_000) * 15_000,
            false => u64::from(dice.below(end)),
        };
        let at = Time::from_nanos(millis * 1_000_000);
        let answer = parse(&text).unwrap().evaluate(&store(series, &text, at), at);
        let adds = text.contains("sum ") || text.contains("sum(") || text.contains("avg");
        if !adds {
            return Case { text, at, answer };
        }
        let round = |mut sample: Sample| {
            sample.value = (sample.value / STEP + 0.5).floor() * STEP;
            sample.name = None;
            sample
        };
        let answer = answer.map(|samples| samples.into_iter().map(round).collect());
        Case { text: format!("round({text}, 0.0000019073486328125)"), at, answer }
    }

    /// Can the tool say whether it is right? It finds no NaN equal to another.
    fn is_clear(&self) -> bool {
        let nan = |samples: &Vec<Sample>| samples.iter().any(|sample| sample.value.is_nan());
        !self.answer.as_ref().is_ok_and(nan)
    }

    fn write(&self, file: &mut String) {
        let millis = self.at.nanos() / 1_000_000;
        writeln!(file, "  - expr: \"{}\"\n    eval_time: {millis}ms", self.text).unwrap();
        let samples = self.answer.as_deref().unwrap_or_default();
        let none = if samples.is_empty() { " []" } else { "" };
        writeln!(file, "    exp_samples:{none}").unwrap();
        for Sample { name, labels, value } in samples {
            let labels = selector(name.as_deref().unwrap_or(""), labels);
            let value = match *value {
                f64::INFINITY => String::from(".inf"),
                f64::NEG_INFINITY => String::from("-.inf"),
                value => format!("{value:?}"),
            };
            writeln!(file, "    - labels: '{labels}'\n      value: {value}").unwrap();
        }
    }
}

#[test]
fn the_tool_finds_the_same_samples() {
    let directory = tempfile::tempdir().unwrap();
    let (mut samples, mut errors, mut right) = (0, 0, 0);
    for seed in 0..12 {
        let series = random(seed);
        let mut dice = dice(seed, "expressions");
        let cases: Vec<Case> = (0..100).map(|_| Case::new(&series, &mut dice)).collect();
        let cases: Vec<Case> = cases.into_iter().filter(Case::is_clear).collect();
        let (fine, broken): (Vec<Case>, Vec<Case>) =
            cases.into_iter().partition(|case| case.answer.is_ok());
        let Some(said) = ask(directory.path(), &series, &fine) else { return };
        assert!(said.contains("SUCCESS"), "seed {seed}: {said}");
        samples += fine.iter().map(|case| case.answer.as_ref().unwrap().len()).sum::<usize>();
        right += fine.len();
        let said = ask(directory.path(), &series, &broken).expect("it ran before");
        let failures = said.matches(", err: ").count();
        assert_eq!(failures, broken.len(), "seed {seed}: {said}");
        errors += broken.len();
    }
    assert!(right > 800 && samples > 1_000 && errors > 20, "{right}, {samples}, {errors}");
}

#[test]
fn the_tool_would_see_a_wrong_sample() {
    let directory = tempfile::tempdir().unwrap();
    let series = random(1);
    let text = String::from("rate(c{agent='1',pool='a'}[5m])");
    let at = Time::from_nanos(600_000_000_000);
    let answer = parse(&text).unwrap().evaluate(&store(&series, &text, at), at);
    let mut case = Case { text, at, answer };
    let Some(said) = ask(directory.path(), &series, std::slice::from_ref(&case)) else { return };
    assert!(said.contains("SUCCESS"), "{said}");
    let sample = &mut case.answer.as_mut().unwrap()[0];
    sample.value = f64::from_bits(sample.value.to_bits() + 1);
    let said = ask(directory.path(), &series, &[case]).expect("it ran before");
    assert!(said.contains("FAILED"), "{said}");
}

/// What the tool says to the cases.
fn ask(directory: &std::path::Path, series: &[Series], cases: &[Case]) -> Option<String> {
    std::fs::write(directory.join("none.yaml"), "groups: []\n").unwrap();
    let export =
        Export { rule_file: "none.yaml", scrape: SCRAPE, evaluation: SCRAPE, series, checks: &[] };
    let mut file = test_file(&export).unwrap();
    file.push_str("  promql_expr_test:\n");
    cases.iter().for_each(|case| case.write(&mut file));
    std::fs::write(directory.join("test.yaml"), file).unwrap();
    let output = promtool(directory, &["test", "rules", "test.yaml"])?;
    Some(printed(&output))
}

#[test]
fn the_series_are_of_every_kind() {
    let all: Vec<Series> = (0..12).flat_map(random).collect();
    let samples = || all.iter().flat_map(|series| &series.samples);
    assert!(samples().any(|(_, value)| is_stale(*value)));
    assert!(all.iter().any(|series| series.samples.len() < SCRAPES as usize / 2));
    let resets = |series: &Series| series.samples.windows(2).any(|pair| pair[1].1 < pair[0].1);
    assert!(all.iter().filter(|series| series.name == "c").any(resets));
    assert!(all.iter().all(|series| series.labels != Labels::default()));
}

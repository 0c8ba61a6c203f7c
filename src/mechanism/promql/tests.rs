//! Tests of parsing and of values, by hand; the test against promtool is apart.

use super::{Expression, Labels, Sample, Store, names, parse, stale};
use crate::base::time::Time;

/// The samples `(name, pool, agent, [(second, value)])` in a store.
type Row<'r> = (&'r str, &'r str, &'r str, &'r [(u64, f64)]);

fn second(second: u64) -> Time {
    Time::from_nanos(second * 1_000_000_000)
}

fn store(expression: &Expression, rows: &[Row<'_>]) -> Store {
    let mut store = Store::for_expressions([expression]);
    for (name, pool, agent, samples) in rows {
        let labels = Labels::new([("pool", *pool), ("agent", *agent)]);
        let id = store.series(name, &labels);
        for (at, value) in *samples {
            store.push(id, second(*at), *value);
        }
    }
    store
}

/// `name{pool,agent} value` of each sample at `at`.
fn values(text: &str, at: u64, rows: &[Row<'_>]) -> Result<Vec<String>, String> {
    let expression = parse(text).map_err(|mistake| mistake.message)?;
    let samples = expression.evaluate(&store(&expression, rows), second(at))?;
    let show = |sample: Sample| {
        let labels: Vec<String> =
            sample.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let name = sample.name.as_deref().unwrap_or("");
        format!("{name}{{{}}} {}", labels.join(","), sample.value)
    };
    Ok(samples.into_iter().map(show).collect())
}

const ROWS: &[Row<'_>] = &[
    ("busy", "a", "a-1", &[(0, 1.0), (15, 3.0)]),
    ("busy", "a", "a-2", &[(0, 2.0), (15, 0.0)]),
    ("busy", "b", "b-1", &[(0, 5.0), (15, 4.0)]),
    ("slots", "a", "a-1", &[(15, 3.0)]),
    ("slots", "a", "a-2", &[(15, 4.0)]),
    ("slots", "b", "b-1", &[(15, 8.0)]),
    ("limit", "a", "", &[(15, 3.0)]),
    ("limit", "b", "", &[(15, 9.0)]),
];

#[test]
fn values_by_hand() {
    for (text, expected) in [
        ("busy{pool='a'}", &["busy{agent=a-1,pool=a} 3", "busy{agent=a-2,pool=a} 0"][..]),
        ("busy{pool='a',agent!~'.*-1'}", &["busy{agent=a-2,pool=a} 0"]),
        ("busy > 2", &["busy{agent=a-1,pool=a} 3", "busy{agent=b-1,pool=b} 4"]),
        ("3 < busy", &["busy{agent=b-1,pool=b} 4"]),
        (
            "busy / slots",
            &["{agent=a-1,pool=a} 1", "{agent=a-2,pool=a} 0", "{agent=b-1,pool=b} 0.5"],
        ),
        ("busy == slots", &["busy{agent=a-1,pool=a} 3"]),
        ("sum by (pool) (busy) == on (pool) limit", &["{pool=a} 3"]),
        ("busy{agent='a-1'} + ignoring (agent) limit", &["{pool=a} 6"]),
        ("sum(busy)", &["{} 7"]),
        ("max without (agent) (busy)", &["{pool=a} 3", "{pool=b} 4"]),
        ("min(busy) by (pool)", &["{pool=a} 0", "{pool=b} 4"]),
        ("AVG by (pool,) (busy)", &["{pool=a} 1.5", "{pool=b} 4"]),
        ("count(busy > 0) by (pool)", &["{pool=a} 1", "{pool=b} 1"]),
        ("1 + 2 * 3 - 4 / 2", &["{} 5"]),
        ("-(1 - 3) - -1", &["{} 3"]),
        ("-busy{pool='b'}", &["{agent=b-1,pool=b} -4"]),
        (
            "busy > 3 or busy{agent='a-2'} < 1",
            &["busy{agent=b-1,pool=b} 4", "busy{agent=a-2,pool=a} 0"],
        ),
        ("busy and slots > 3 unless busy == 0", &["busy{agent=b-1,pool=b} 4"]),
        ("busy and on (pool) limit == 9", &["busy{agent=b-1,pool=b} 4"]),
        ("max_over_time(busy{pool='b'}[15s])", &["{agent=b-1,pool=b} 5"]),
        ("sum_over_time(busy{pool='b'}[14s])", &["{agent=b-1,pool=b} 4"]),
        ("increase(slots[1m])", &[]),
        ("busy > 100", &[]),
        ("nothing + busy", &[]),
    ] {
        let expected: Vec<String> = expected.iter().map(|text| (*text).to_string()).collect();
        assert_eq!(values(text, 15, ROWS), Ok(expected), "{text}");
    }
}

#[test]
fn samples_that_do_not_match_one_to_one_are_an_error() {
    let right = "several samples on the right side match the same labels";
    assert_eq!(values("limit < on (pool) busy", 15, ROWS), Err(right.to_string()));
    let left = "several samples on the left side match the same labels";
    assert_eq!(values("busy - ignoring (agent) limit", 15, ROWS), Err(left.to_string()));
    assert_eq!(values("busy > ignoring (agent) limit", 15, ROWS), Ok(vec![]), "none is greater");
}

#[test]
fn what_is_stale_is_gone() {
    let rows: &[Row<'_>] = &[("busy", "a", "a-1", &[(0, 1.0), (15, stale())])];
    assert_eq!(values("busy", 14, rows).unwrap().len(), 1);
    assert_eq!(values("busy", 15, rows), Ok(vec![]));
    assert_eq!(values("sum_over_time(busy[1m])", 15, rows).unwrap().len(), 1);
}

#[test]
fn the_longest_range_is_known() {
    let millis = |text| parse(text).unwrap().longest_range_ms();
    assert_eq!(millis("sum(rate(x[5m])) / sum(rate(y[1h30m])) > 0.1"), 5_400_000);
    assert_eq!(millis("-x > 1"), 0);
}

/// What is refused: the text, what the caret marks, the message, and the help.
const REFUSED: [(&str, &str, &str, &str); 27] = [
    ("", "", "the expression is empty", ""),
    ("x >", "", "expected a metric, a function or a number, found the end", ""),
    ("x y", "y", "expected an operator or the end, found `y`", ""),
    ("(x > 1", "", "expected `)`, found the end", ""),
    ("x{pool=a}", "a", "expected a text in quotes, found `a`", ""),
    ("x{pool 'a'}", "'a'", "expected `=`, `!=`, `=~` or `!~`, found a text in quotes", ""),
    (
        "x[5m]",
        "x[5m]",
        "a rule needs one value a series, and this is a range of them",
        "write rate(...) or avg_over_time(...) around it",
    ),
    ("rate(x) > 1", "x", "`rate` takes a range, found an instant vector", "write x[5m]"),
    (
        "sum(x[5m])",
        "x[5m]",
        "`sum` takes an instant vector, found a range",
        "write rate(...) or avg_over_time(...) around it",
    ),
    ("rat(x[5m])", "rat", "unknown function `rat`", "did you mean `rate`?"),
    (
        "x offset 5m",
        "offset",
        "`offset` is outside the subset of PromQL that is read",
        "inside are plain selectors",
    ),
    (
        "x @ 5",
        "@",
        "`@` is outside the subset of PromQL that is read",
        "inside are plain selectors",
    ),
    (
        "x > bool 1",
        "bool",
        "`bool` is outside the subset of PromQL that is read",
        "inside are comparisons that filter",
    ),
    (
        "x ^ 2",
        "^",
        "`^` is outside the subset of PromQL that is read",
        "inside are `+`, `-`, `*` and `/`",
    ),
    (
        "x % 2",
        "%",
        "`%` is outside the subset of PromQL that is read",
        "inside are `+`, `-`, `*` and `/`",
    ),
    (
        "x * on (a) group_left y",
        "group_left",
        "`group_left` is outside the subset of PromQL that is read",
        "inside are matches of one to one: `on` and `ignoring`",
    ),
    (
        "rate(x[5m:1m])",
        ":",
        "a subquery is outside the subset of PromQL that is read",
        "inside are ranges of a metric: `x[5m]`",
    ),
    (
        "max_over_time(sum(x)[5m])",
        "[",
        "a subquery is outside the subset of PromQL that is read",
        "inside are ranges of a metric: `x[5m]`",
    ),
    (
        "{pool='a'}",
        "{",
        "a selector without a name is outside the subset of PromQL that is read",
        "inside are selectors that begin with the metric's name",
    ),
    (
        "'a'",
        "'a'",
        "a text as a value is outside the subset of PromQL that is read",
        "inside are numbers",
    ),
    ("x{a=~'('}", "'('", "this pattern is not read: ", ""),
    ("1 > 2", ">", "two numbers are compared, which needs no rule", "one side is a metric"),
    ("x and 1", "1", "`and` takes an instant vector, found a number", ""),
    ("x + on (a) 1", "+", "only vectors are matched on labels, and one side is a number", ""),
    ("x[0s]", "0s", "a range is longer than nothing", ""),
    ("-x[5m]", "x[5m]", "a range has no sign", ""),
    ("sum(x, 1)", ",", "expected `)`, found `,`", ""),
];

#[test]
fn what_is_refused_is_marked() {
    for (text, at, message, help) in REFUSED {
        let mistake = parse(text).expect_err(text);
        assert_eq!(&text[mistake.place], at, "{text}");
        if message.ends_with(": ") {
            assert!(mistake.message.starts_with(message), "{}", mistake.message);
        } else {
            assert_eq!(mistake.message, message, "{text}");
        }
        assert_eq!(mistake.help.unwrap_or_default(), help, "{text}");
    }
    let mistake = parse("topk(3, x) > 1").unwrap_err();
    assert_eq!(mistake.message, "`topk` is outside the subset of PromQL that is read");
    let help = mistake.help.unwrap();
    assert!(help.contains("`rate`") && help.contains("`count`"), "{help}");
}

#[test]
fn no_text_makes_it_panic() {
    let seed = "-sum by(a)(rate(x{l=~\"a.*\",m!='ü'}[5m])) / on(b) 1.5e3 >= y or 5m # c\n";
    let pieces = ["(", ")", "{", "}", "[", "]", "\"", "'", "\\", "e", "-", "5", ".", "ü", "@", " "];
    for at in (0..=seed.len()).filter(|at| seed.is_char_boundary(*at)) {
        for piece in pieces {
            for text in [
                format!("{}{piece}{}", &seed[..at], &seed[at..]),
                format!("{}{piece}", &seed[..at]),
                format!("{piece}{}", &seed[at..]),
            ] {
                match parse(&text) {
                    Ok(expression) => drop(names::check(&expression)),
                    Err(mistake) => {
                        assert!(text.get(mistake.place.clone()).is_some(), "{mistake:?} {text:?}");
                    }
                }
            }
        }
    }
    assert!(parse(&"(".repeat(10_000)).is_err());
    assert!(parse(&"-".repeat(10_000)).is_err());
    assert!(parse(&format!("x{}", " + x".repeat(1_000))).is_ok());
    assert!(parse(&format!("x{}", " + x".repeat(100_000))).is_err());
}

//! What a scenario that loads means. The messages of those that do not are tested by
//! `tests/broken.rs`.

use std::collections::BTreeMap;

use super::*;
use crate::base::dist::Dist;
use crate::base::id::{AgentId, ClassId, PoolId, QueueId, StepId};
use crate::base::read::NoFiles;
use crate::base::time::Span;
use crate::scenario::explain::explain;
use crate::scenario::meaning::{Binding, Skill, Work};

/// Uses every key of the language.
const RICH: &str = r#"
name = "rich"
about = "All that can be written."
horizon = "17h"
warm_up = "1h"
seed = 7
drain = true
starts_at = "06:00"
grid = "5m"

[classes.gold]
priority = 2
credit = "90s"
deadline = "5m"
patience = { p50 = "6m", p95 = "20m" }
balk_above = 50

[classes.regular]
patience = "4m"

[workloads.inquiries]
workflow = "inquiry"
arrivals.schedule = { every = "1d", per = "1h", rates = ["47/h", "82/h"], daily_factor_cv = 0.12 }
classes = { gold = 0.45, regular = "55%" }
limit = 100000

[workloads.recorded]
workflow = "mail"
arrivals.trace = { file = "calls.csv", class = "class", work = "work", loops = false }

[workloads.users]
workflow = "mail"
arrivals.closed = { users = 3, think = { exponential = "5s" } }
classes = "regular"

[workflows.inquiry]
first = ["triage"]

[workflows.inquiry.steps.triage]
needs = "triage"
work = { mean = "8s", cv = 0.6 }
then = { technical = 0.35, billing = "60%", end = 0.05 }

[workflows.inquiry.steps.technical]
needs = ["technical", "english"]
work.by_class = { gold = "2m", regular = "3m" }
queue = "experts"
then = "quality"

[workflows.inquiry.steps.billing]
needs = ["billing"]
work = { quantiles = [[0, "1s"], [1, "3s"]] }
reneging = false
then = "quality"

[workflows.inquiry.steps.quality]
needs = ["triage"]
work = "15s"
critical = false
at_most = 3
then = { triage = 0.2, end = 0.8 }

[workflows.mail]
first = "sort"
steps.sort = { work = "3s", needs = ["triage"] }
steps.reply = { work = "3s", needs = ["billing"], after = ["sort"] }
steps.quality = { work = "3s", needs = ["triage"], after = ["sort"] }
steps.close = { work = "3s", needs = ["triage"], after = ["reply", "quality"] }

[queues.experts]
discipline = "priority"
capacity = 100
when_full = "drop_last"
dispatch.power_of_d.d = 3
binding = "late"

[pools.desk]
agents = 10
can = ["triage"]
shifts = { "07:00" = 4, "18:00" = 2 }
reliability = "99%"
service.load_dependent = { rate = 10, half = 2 }
slots = 256
binding = "early"
dispatch = "scored"
measure.last.n = 50

[pools.seniors]
queue = "experts"
speed = [1.0, 1.5]
can = { technical = "95%", english = 0.8, billing = 1 }
wrap_up = { mean = "16s", cv = 1 }
reliability = 0.5

[pools.juniors]
queue = "experts"
agents = 2
speed = 0.5
can = { technical = "75%", english = 1.0 }

[pools.robots]
service = "processor_sharing"
sessions = { file = "robots.csv", agent = "name", from = "on", to = "off", keep = { site = "a" } }

[sweep]
replications = 30
"#;

fn files() -> BTreeMap<String, Vec<u8>> {
    let calls = b"t_s,class,work\n0,regular,4\n2,gold,\n3,regular,1\n9,regular,2\n".to_vec();
    let robots = b"name,on,off,site\nr2,25200,28800,a\nr1,0,30000,a\nr3,0,9,b\n".to_vec();
    BTreeMap::from([(String::from("calls.csv"), calls), (String::from("robots.csv"), robots)])
}

fn loaded(text: &str) -> Loaded {
    load(text.as_bytes(), &files()).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

/// The smallest scenario, with these lines in its parts.
fn small(top: &str, load: &str, flow: &str, pool: &str) -> String {
    format!(
        "name = \"small\"\n{top}\n[workloads.w]\n{load}\n[workflows.f]\n{flow}\n[pools.p]\n{pool}\n"
    )
}

/// A workflow of these steps, with work and queue left aside.
fn flow(steps: &[(&str, &str)]) -> Scenario {
    let lines: Vec<String> = steps
        .iter()
        .map(|(name, links)| format!("steps.{name} = {{ work = \"1s\", {links} }}"))
        .collect();
    let poisson = "arrivals.poisson.rate = \"1/s\"";
    loaded(&small("horizon = \"1h\"", poisson, &lines.join("\n"), "")).scenario
}

#[test]
fn tables_are_sorted_by_name_and_refer_to_each_other_by_row() {
    let scenario = loaded(RICH).scenario;
    let names: Vec<&str> = scenario.steps.iter().map(|step| step.name.as_str()).collect();
    let expected =
        ["billing", "inquiry.quality", "technical", "triage", "close", "mail.quality", "reply"];
    assert_eq!(names[..7], expected);
    let queues: Vec<&str> = scenario.queues.iter().map(|queue| queue.name.as_str()).collect();
    assert_eq!(queues, ["desk", "experts", "robots"]);
    assert_eq!(scenario.queues[1].pools, [PoolId(1), PoolId(3)], "juniors and seniors");
    assert_eq!(scenario.agent_name(AgentId(13)), "robots-2");
    let first: Vec<u32> = scenario.pools.iter().map(|pool| pool.first_agent.0).collect();
    assert_eq!(first, [0, 10, 12, 14], "desk, juniors, robots, seniors");
    assert_eq!(scenario.horizon, Time::ZERO + Span::from_secs(17 * 3600));
    assert_eq!(scenario.starts_at, Span::from_secs(6 * 3600));
}

#[test]
fn a_step_is_done_by_those_who_offer_all_it_needs() {
    let scenario = loaded(RICH).scenario;
    let step = |name: &str| scenario.steps.iter().find(|step| step.name == name).unwrap();
    // The chance is the product over the needs, times the pool's reliability.
    let skill = |pool, chance| Skill { pool: PoolId(pool), chance, speed: 1.0, share: 1.0 };
    assert_eq!(step("technical").pools, [skill(1, 0.75), skill(3, 0.5 * 0.95 * 0.8)]);
    assert_eq!(step("technical").queue, QueueId(1));
    assert_eq!(step("billing").pools, [skill(3, 0.5)]);
    assert_eq!(step("triage").pools, [skill(0, 0.99)]);
    assert_eq!((step("triage").reneging, step("triage").critical), (true, true));
    assert_eq!((step("billing").reneging, step("inquiry.quality").critical), (false, false));
    let Work::ByClass(dists) = &step("technical").work else { panic!("work by class") };
    assert_eq!(dists[..], [Dist::constant(120.0).unwrap(), Dist::constant(180.0).unwrap()]);
    let binding = |queue: usize| scenario.queues[queue].binding;
    assert_eq!([binding(0), binding(1)], [Binding::Early, Binding::Late]);
    assert_eq!(scenario.pools[0].slots, 256);
    assert_eq!([scenario.pools[1].slots, scenario.pools[2].slots], [1, u32::MAX]);
}

#[test]
fn tasks_are_of_classes() {
    let scenario = loaded(RICH).scenario;
    let [inquiries, recorded, users] = &scenario.workloads[..] else { panic!("three") };
    assert_eq!(inquiries.classes, [(ClassId(0), 0.45), (ClassId(1), 0.55)]);
    // The rows are 3 regular and 1 gold; the trace's first class is regular.
    assert_eq!(recorded.classes, [(ClassId(0), 0.25), (ClassId(1), 0.75)]);
    assert_eq!(recorded.trace_classes, [ClassId(1), ClassId(0)]);
    assert_eq!(users.classes, [(ClassId(1), 1.0)]);
    let one = flow(&[("a", "")]);
    assert_eq!(one.workloads[0].classes, [(ClassId(0), 1.0)]);
    assert_eq!((one.classes.len(), one.classes[0].name.as_str()), (1, "default"));
    // Who is never drawn is left out.
    let classes = "[classes.a]\n[classes.b]\n";
    let load = "arrivals.poisson.rate = \"1/s\"\nclasses = { a = 0, b = 1.0 }";
    let text = small(&format!("horizon = \"1h\"\n{classes}"), load, "steps.s.work = 1", "");
    assert_eq!(loaded(&text).scenario.workloads[0].classes, [(ClassId(1), 1.0)]);
}

#[test]
fn steps_run_in_written_order_unless_told_otherwise() {
    let ids = |steps: &[u32]| steps.iter().map(|id| StepId(*id)).collect::<Vec<_>>();
    // Written c, a, b; numbered by name.
    let silent = flow(&[("c", ""), ("a", ""), ("b", "")]);
    let next = |scenario: &Scenario, step: usize| scenario.steps[step].next.clone();
    assert_eq!(silent.workflows[0].first, ids(&[2]));
    assert_eq!(next(&silent, 2).branch, [(Some(StepId(0)), 1.0)]);
    assert_eq!(next(&silent, 0).branch, [(Some(StepId(1)), 1.0)]);
    assert_eq!(next(&silent, 1).branch, []);
    assert!(!silent.workflows[0].remembers, "one step after the other needs no memory");
    // One that says something: the others are all first.
    let fork = flow(&[("c", ""), ("a", ""), ("b", "after = [\"a\", \"c\"]")]);
    assert_eq!(fork.workflows[0].first, ids(&[0, 2]));
    assert_eq!([next(&fork, 0).joins, next(&fork, 2).joins], [ids(&[1]), ids(&[1])]);
    assert_eq!((fork.steps[1].join_of, fork.steps[0].join_of), (2, 0));
    assert!(fork.workflows[0].remembers);
}

#[test]
fn branches_keep_what_can_be_taken() {
    let scenario = flow(&[
        ("a", "then = { b = 0.25, c = 0, end = 0.75 }"),
        ("b", "then = \"end\""),
        ("c", "then = { b = 1.0 }"),
    ]);
    assert_eq!(scenario.steps[0].next.branch, [(Some(StepId(1)), 0.25), (None, 0.75)]);
    assert_eq!(scenario.steps[1].next.branch, []);
    assert!(!scenario.workflows[0].remembers);
    let again = flow(&[("a", "then = \"b\""), ("b", "at_most = 2, then = { b = 0.5, end = 0.5 }")]);
    assert_eq!(again.steps[1].at_most, Some(2));
    assert!(again.workflows[0].remembers, "visits are counted");
    // A join behind a repeat is certain when all leave the repeat in the end.
    let repeat = flow(&[
        ("start", "then = \"draft\""),
        ("draft", "at_most = 3, then = \"check\""),
        ("check", "then = { draft = 0.5, send = 0.5 }"),
        ("send", ""),
        ("file", "after = [\"send\"]"),
    ]);
    assert_eq!(repeat.workflows[0].first, [StepId(4)], "start is the last by name");
}

#[test]
fn defaults_written_out_mean_the_same() {
    for text in
        [RICH, &small("horizon = \"1h\"", "arrivals.poisson.rate = 1", "steps.s.work = 1", "")]
    {
        let text = text.replace("rate = 1\n", "rate = \"1/s\"\n");
        let first = loaded(&text);
        let explained = explain(&text, &first.defaults);
        let second = loaded(&explained);
        assert_eq!(format!("{:?}", first.scenario), format!("{:?}", second.scenario));
        assert!(!first.defaults.is_empty(), "something was left out");
        assert_eq!(second.defaults, [], "{explained}");
    }
}

#[test]
fn the_order_of_the_tables_does_not_matter() {
    let (top, tables) = RICH.split_at(RICH.find("[classes").unwrap());
    let mut parts: Vec<&str> = tables.split("\n\n").collect();
    parts.reverse();
    let turned = format!("{top}\n{}\n", parts.join("\n\n"));
    assert_ne!(turned, RICH);
    let (one, other) = (loaded(RICH).scenario, loaded(&turned).scenario);
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
}

#[test]
fn runs_without_a_horizon_end_by_themselves() {
    let scenario = |load: &str| load_small("", load);
    let text = "arrivals.trace = { file = \"calls.csv\", class = \"class\" }";
    let classes = "[classes.gold]\n[classes.regular]";
    assert_eq!(load_small(classes, text).unwrap().scenario.horizon, Time::MAX);
    let limited = scenario("limit = 10\narrivals.poisson.rate = \"1/s\"").unwrap().scenario;
    assert_eq!((limited.horizon, limited.grid), (Time::MAX, Span::from_secs(60)));
    // As many as a limit says come, however fast.
    let fast = "limit = 10\narrivals.closed = { users = 5, think = 0 }";
    assert!(scenario(fast).is_ok());
    assert!(scenario("arrivals.poisson.rate = \"1/s\"").is_err());
    assert!(scenario("limit = 10000000001\narrivals.poisson.rate = \"1/s\"").is_err());
}

fn load_small(top: &str, workload: &str) -> Result<Loaded, Vec<Mistake>> {
    load(small(top, workload, "steps.s.work = \"1s\"", "").as_bytes(), &files())
}

/// Where the value that begins at `start` ends.
fn end_of_value(start: usize) -> usize {
    let mut depth = 0;
    let ends = |c: char| {
        depth += i32::from(c == '{' || c == '[') - i32::from(c == '}' || c == ']');
        depth < 0 || depth == 0 && (c == ',' || c == '\n')
    };
    start + RICH[start..].find(ends).unwrap()
}

#[test]
fn no_value_makes_loading_panic() {
    let junk = [
        "0",
        "-1",
        "1",
        "1e300",
        "nan",
        "inf",
        "9223372036854775807",
        "-9223372036854775808",
        "true",
        "\"\"",
        "\"x\"",
        "\"end\"",
        "\"0s\"",
        "\"100y\"",
        "\"101%\"",
        "\"1/s\"",
        "\"24:00\"",
        "[]",
        "{}",
        "[[]]",
        "[0, 0]",
        "[\"triage\"]",
        "{ x = 1 }",
        "{ end = 1.0 }",
        "{ file = \"calls.csv\" }",
        "1979-05-27T07:32:00Z",
        "\"calls.csv\"",
        "\"desk\"",
        "\"triage\"",
        "\"\\u0000\"",
    ];
    let mut refused = 0;
    for (at, _) in RICH.match_indices(" = ") {
        let end = end_of_value(at + 3);
        for value in junk {
            let text = format!("{} = {value}{}", &RICH[..at], &RICH[end..]);
            if let Err(mistakes) = load(text.as_bytes(), &files()) {
                refused += 1;
                assert!(!mistakes.is_empty());
                for mistake in mistakes {
                    assert!(mistake.place.end <= text.len(), "{mistake:?}");
                    assert!(!mistake.message.is_empty());
                }
            }
        }
    }
    assert!(refused > 1000, "junk is refused: {refused}");
}

#[test]
fn no_cut_makes_loading_panic() {
    for at in (0..RICH.len()).filter(|at| RICH.is_char_boundary(*at)) {
        assert!(load(&RICH.as_bytes()[..at], &NoFiles).is_err(), "cut at {at}");
    }
}

//! The auditor judged: for each of its rules a valid run whose facts are altered in one place, so
//! that this rule is violated, and no other.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::observe;
use rehearsal::base::id::{AgentId, QueueId, StepId};
use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::breaker::State;
use rehearsal::mechanism::retry::Cause;
use rehearsal::model::fact::{Fact, Observer, Trouble};
use rehearsal::observe::auditor::{Auditor, Rule};
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;

type Facts = Vec<(Time, Fact)>;

struct Recorder(Facts);

impl Observer for Recorder {
    fn on(&mut self, at: Time, fact: &Fact) {
        self.0.push((at, *fact));
    }
}

fn violated(scenario: &Scenario, facts: &Facts) -> BTreeSet<Rule> {
    let mut auditor = Auditor::new(scenario);
    facts.iter().for_each(|(at, fact)| auditor.on(*at, fact));
    assert_eq!(auditor.count() == 0, auditor.violations().is_empty());
    auditor.violations().iter().map(|violation| violation.rule).collect()
}

/// Tasks of class `a` at these times (seconds) with this work.
fn scenario(tasks: &str, rest: &str) -> Scenario {
    let rows = format!("t_s,work\n{}\n", tasks.replace(' ', "\n"));
    let files = BTreeMap::from([("tasks.csv".to_string(), rows.into_bytes())]);
    let text = format!(
        "name = \"small\"\n[workloads.w]\n\
         arrivals.trace = {{ file = \"tasks.csv\", work = \"work\" }}\n{rest}"
    );
    load(text.as_bytes(), &files).unwrap_or_else(|m| panic!("{m:#?}")).scenario
}

/// One agent that wraps up; the second task waits for it.
fn desk() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = 1\nscore = { uniform = [0, 1] }\n\
         [pools.p]\nwrap_up = \"1s\"\ncapacity = 1";
    scenario("0,3 1,2 9,1", rest)
}

/// Many slots, and two agents of whom one goes off duty at an hour.
fn shifts() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = 1\n[pools.p]\nagents = 2\nslots = 9\n\
         dispatch = \"round_robin\"\nshifts = { \"00:00\" = 2, \"01:00\" = 1, \"02:00\" = 2 }";
    scenario("10,1 3590,30 3591,30 3605,5 7300,1", rest)
}

/// A task comes before the agent does.
fn night() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = 1\n[pools.p]\n\
         shifts = { \"00:00\" = 0, \"01:00\" = 1 }";
    scenario("10,1", rest)
}

/// Two queues of one place each.
fn two_queues() -> Scenario {
    let rest = "[workflows.f]\nfirst = [\"a\", \"b\"]\n\
         [workflows.f.steps.a]\nwork = \"5s\"\nqueue = \"p\"\n\
         [workflows.f.steps.b]\nwork = \"5s\"\nqueue = \"q\"\n\
         [pools.p]\ncapacity = 1\n[pools.q]\ncapacity = 1";
    scenario("0, 1,", rest)
}

/// The first two attempts fail; the breaker opens at the first.
fn flaky() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = 1\ncritical = false\n\
         retry.fixed = { attempts = 2, delay = \"20s\" }\n\
         [pools.p]\nreliability = 0\n\
         breaker.consecutive = { failures = 1, recovery = \"10s\" }";
    scenario("0,1", rest)
}

/// A slow first attempt and its copy; another step follows the first result.
fn hedged() -> Scenario {
    let rest = "[workflows.f.steps.one]\nwork = { uniform = [\"5s\", \"20s\"] }\n\
         hedge = { after = \"1s\" }\n\
         [workflows.f.steps.two]\nwork = \"60s\"\n[pools.p]\nslots = 9";
    scenario("0, 100,", rest)
}

/// An attempt that takes too long goes on when its task has left.
fn slow() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = \"9s\"\ntimeout = \"2s\"\n[pools.p]\nslots = 9";
    scenario("0,9 1,9", rest)
}

/// Two steps are done and undone, because the third fails.
fn saga() -> Scenario {
    let rest = "[workflows.f.steps.a]\nwork = \"1s\"\ncompensation = \"undo_a\"\n\
         [workflows.f.steps.b]\nwork = \"1s\"\ncompensation = \"undo_b\"\n\
         [workflows.f.steps.c]\nwork = \"1s\"\nqueue = \"q\"\nneeds = [\"luck\"]\n\
         [workflows.f.steps.undo_a]\nwork = \"1s\"\n[workflows.f.steps.undo_b]\nwork = \"1s\"\n\
         [pools.p]\n[pools.q]\ncan = { luck = 0 }";
    let rest = rest.replace("work = \"1s\"\ncomp", "work = \"1s\"\nqueue = \"p\"\ncomp");
    let rest = rest.replace("_a]\nwork", "_a]\nqueue = \"p\"\nwork");
    scenario("0,", &rest.replace("_b]\nwork", "_b]\nqueue = \"p\"\nwork"))
}

fn place(facts: &Facts, is: impl Fn(&Fact) -> bool) -> usize {
    facts.iter().position(|(_, fact)| is(fact)).expect("the run has such a fact")
}

fn last(facts: &Facts, is: impl Fn(&Fact) -> bool) -> usize {
    facts.iter().rposition(|(_, fact)| is(fact)).expect("the run has such a fact")
}

fn duplicate(facts: &mut Facts, is: impl Fn(&Fact) -> bool) {
    let at = place(facts, is);
    facts.insert(at, facts[at]);
}

fn drop_one(facts: &mut Facts, is: impl Fn(&Fact) -> bool) {
    let at = place(facts, is);
    facts.remove(at);
}

/// The fact changes places with the one that follows.
fn swap(facts: &mut Facts, is: impl Fn(&Fact) -> bool) {
    let at = place(facts, is);
    facts.swap(at, at + 1);
}

fn change(facts: &mut Facts, is: impl Fn(&Fact) -> bool, how: impl Fn(&mut Fact)) {
    let at = place(facts, is);
    how(&mut facts[at].1);
}

const NANO: Span = Span::from_nanos(1);

/// What is done to the facts of a run.
type Mutation = fn(&mut Facts);

/// The rule that is violated then.
type Case = (Rule, Scenario, Mutation);

fn case(rule: Rule, scenario: Scenario, mutation: Mutation) -> Case {
    (rule, scenario, mutation)
}

fn of_tasks() -> Vec<Case> {
    vec![
        case(Rule::Clock, desk(), |facts| {
            let end = facts.len() - 1;
            facts[end].0 = Time::ZERO;
        }),
        case(Rule::Last, desk(), |facts| duplicate(facts, |f| matches!(f, Fact::Ended { .. }))),
        case(Rule::Arrival, desk(), |facts| {
            duplicate(facts, |f| matches!(f, Fact::Arrived { .. }))
        }),
        case(Rule::Departure, desk(), |facts| duplicate(facts, |f| matches!(f, Fact::Left(_)))),
        case(Rule::Gone, desk(), |facts| swap(facts, |f| matches!(f, Fact::Scored { .. }))),
        case(Rule::InFlight, desk(), |facts| {
            let at = facts.len() - 1;
            facts[at].1 = Fact::Ended { in_flight: 1 };
        }),
        case(Rule::Sums, desk(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Left(_)),
                |fact| {
                    if let Fact::Left(departure) = fact {
                        departure.waited += NANO;
                    }
                },
            );
        }),
        case(Rule::Little, desk(), |facts| {
            let at = last(facts, |f| matches!(f, Fact::Left(_)));
            if let Fact::Left(departure) = &mut facts[at].1 {
                departure.arrived = Time::ZERO;
            }
        }),
        case(Rule::Rest, desk(), |facts| {
            let at = last(facts, |f| matches!(f, Fact::WrappedUp { .. }));
            facts.remove(at);
        }),
        case(Rule::Rest, slow(), |facts| {
            drop_one(facts, |f| matches!(f, Fact::Finished { abandoned: true, .. }));
        }),
    ]
}

fn of_attempts() -> Vec<Case> {
    vec![
        case(Rule::Attempt, shifts(), |facts| {
            duplicate(facts, |f| matches!(f, Fact::Started { .. }))
        }),
        case(Rule::Attempt, flaky(), |facts| {
            drop_one(facts, |f| matches!(f, Fact::Readied { attempt: 1, .. }));
        }),
        case(Rule::Attempt, desk(), |facts| drop_one(facts, |f| matches!(f, Fact::Queued { .. }))),
        case(Rule::Attempt, shifts(), |facts| {
            drop_one(facts, |f| matches!(f, Fact::Started { .. }));
        }),
        case(Rule::Spans, desk(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Finished { .. }),
                |fact| {
                    if let Fact::Finished { served, .. } = fact {
                        *served += NANO;
                    }
                },
            );
        }),
        case(Rule::Spans, desk(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Started { queued: true, .. }),
                |fact| {
                    if let Fact::Started { waited, .. } = fact {
                        *waited += NANO;
                    }
                },
            );
        }),
        case(Rule::Capacity, two_queues(), |facts| {
            let to = |f: &Fact| matches!(f, Fact::Queued { queue: QueueId(1), .. });
            change(facts, to, |fact| {
                if let Fact::Queued { queue, .. } = fact {
                    *queue = QueueId(0);
                }
            });
        }),
    ]
}

fn of_agents() -> Vec<Case> {
    vec![
        // The slot starts the next before it has wrapped up.
        case(Rule::Slots, desk(), |facts| swap(facts, |f| matches!(f, Fact::WrappedUp { .. }))),
        case(Rule::Duty, night(), |facts| swap(facts, |f| matches!(f, Fact::CameOn { .. }))),
        case(Rule::Duty, shifts(), |facts| {
            let off = place(facts, |f| matches!(f, Fact::WentOff { .. }));
            facts.swap(off, off - 1);
        }),
        // The second agent, off by its roster, takes what comes while it finishes the last.
        case(Rule::Duty, shifts(), |facts| {
            for (_, fact) in facts {
                let (Fact::Started { task, agent, .. } | Fact::Finished { task, agent, .. }) = fact
                else {
                    continue;
                };
                if task.0 == 3 {
                    *agent = AgentId(1);
                }
            }
        }),
        case(Rule::Breaker, flaky(), |facts| {
            drop_one(facts, |f| {
                matches!(f, Fact::BreakerMoved { state: State::HalfOpen | State::Closed, .. })
            });
        }),
    ]
}

fn is_retry(fact: &Fact) -> bool {
    matches!(fact, Fact::Trouble { trouble: Trouble::Retrying { .. }, .. })
}

fn is_hedge(fact: &Fact) -> bool {
    matches!(fact, Fact::Trouble { trouble: Trouble::Hedged { .. }, .. })
}

fn of_visits() -> Vec<Case> {
    vec![
        case(Rule::Retries, flaky(), |facts| drop_one(facts, is_retry)),
        case(Rule::Retries, flaky(), |facts| {
            change(facts, is_retry, |fact| {
                if let Fact::Trouble { trouble: Trouble::Retrying { cause, .. }, .. } = fact {
                    *cause = Cause::NoAgent;
                }
            });
        }),
        case(Rule::Retries, flaky(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Readied { attempt: 1, .. }),
                |fact| {
                    if let Fact::Readied { attempt, .. } = fact {
                        *attempt = 2;
                    }
                },
            );
        }),
        case(Rule::Retries, hedged(), |facts| duplicate(facts, is_hedge)),
        case(Rule::Result, hedged(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Finished { abandoned: true, .. }),
                |fact| {
                    if let Fact::Finished { abandoned, .. } = fact {
                        *abandoned = false;
                    }
                },
            );
        }),
        case(Rule::Abandoned, slow(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Finished { abandoned: true, .. }),
                |fact| {
                    if let Fact::Finished { abandoned, .. } = fact {
                        *abandoned = false;
                    }
                },
            );
        }),
        case(Rule::Abandoned, slow(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Trouble { .. }),
                |fact| {
                    if let Fact::Trouble { trouble: Trouble::TimedOut { goes_on, .. }, .. } = fact {
                        *goes_on = false;
                    }
                },
            );
        }),
    ]
}

fn of_undoing() -> Vec<Case> {
    vec![
        case(Rule::Undo, saga(), |facts| drop_one(facts, |f| matches!(f, Fact::Undoing { .. }))),
        // The first step is undone before the second.
        case(Rule::Undo, saga(), |facts| {
            for (_, fact) in facts {
                let (Fact::Readied { step, .. }
                | Fact::Started { step, .. }
                | Fact::Finished { step, .. }) = fact
                else {
                    continue;
                };
                *step = match step.0 {
                    3 => StepId(4),
                    4 => StepId(3),
                    other => StepId(other),
                };
            }
        }),
    ]
}

fn recorded(scenario: &Scenario) -> Facts {
    observe(scenario, Recorder(Vec::new())).0
}

#[test]
fn each_rule_catches_what_violates_it_and_nothing_else() {
    let cases =
        [of_tasks(), of_attempts(), of_agents(), of_visits(), of_undoing()].into_iter().flatten();
    let mut caught = BTreeSet::new();
    let mut wrong = Vec::new();
    for (number, (rule, scenario, mutation)) in cases.enumerate() {
        let mut facts = recorded(&scenario);
        let before = violated(&scenario, &facts);
        mutation(&mut facts);
        let after = violated(&scenario, &facts);
        if !before.is_empty() || after != BTreeSet::from([rule]) {
            let story: Vec<String> = facts.iter().map(|fact| format!("{fact:?}")).collect();
            let story = story.join("\n");
            wrong.push(format!("{number}, {rule:?}: {before:?}, then {after:?}\n{story}"));
        }
        caught.insert(rule);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(caught, Rule::ALL.iter().copied().collect(), "each rule has a case");
}

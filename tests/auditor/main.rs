//! The auditor judged: for each of its rules a valid run whose facts are altered in one place, so
//! that this rule is violated, and no other.

#[path = "../common/mod.rs"]
mod common;
mod mechanisms;
mod runs;

use std::collections::BTreeSet;

use common::observe;
use mechanisms::{of_control, of_failures, of_faults, of_resources, of_rounds};
use rehearsal::base::id::{AgentId, QueueId, StepId};
use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::breaker::State;
use rehearsal::mechanism::retry::Cause;
use rehearsal::model::fact::{Fact, Observer, Trouble};
use rehearsal::observe::auditor::{Auditor, Rule};
use rehearsal::scenario::meaning::Scenario;
use runs::{desk, flaky, hedged, night, saga, shifts, slow, two_queues};

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
    let cases = [of_tasks(), of_attempts(), of_agents(), of_visits(), of_undoing(), of_resources()]
        .into_iter()
        .chain([of_control(), of_failures(), of_faults(), of_rounds()])
        .flatten();
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

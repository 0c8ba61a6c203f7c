//! Altered facts of resources, conflicts, failures and rounds.

use rehearsal::mechanism::alert::State;
use rehearsal::model::fact::{Claimed, Control, Fact, Paired, Scaled};
use rehearsal::observe::auditor::Rule;

use super::runs::{doomed, frail, polled, rounds, scaled, shelf, stock, withheld};
use super::{Case, case, change, drop_one, duplicate, last, place};

fn is_claim(fact: &Fact, is: impl Fn(&Claimed) -> bool) -> bool {
    matches!(fact, Fact::Claim { what, .. } if is(what))
}

fn is_held(fact: &Fact) -> bool {
    is_claim(fact, |what| matches!(what, Claimed::Held { .. }))
}

fn is_used_up(fact: &Fact) -> bool {
    is_claim(fact, |what| matches!(what, Claimed::Released { used_up: true, .. }))
}

fn is_released(fact: &Fact) -> bool {
    is_claim(fact, |what| matches!(what, Claimed::Released { used_up: false, .. }))
}

fn is_returned(fact: &Fact) -> bool {
    is_claim(fact, |what| matches!(what, Claimed::Returned { .. }))
}

pub fn of_resources() -> Vec<Case> {
    vec![
        case(Rule::Units, stock(), |facts| duplicate(facts, is_held)),
        case(Rule::Units, stock(), |facts| duplicate(facts, is_released)),
        case(Rule::Units, stock(), |facts| drop_one(facts, is_released)),
        case(Rule::Units, stock(), |facts| drop_one(facts, is_returned)),
        case(Rule::Units, stock(), |facts| duplicate(facts, is_returned)),
        // What is not used up cannot be returned.
        case(Rule::Units, stock(), |facts| {
            change(facts, is_used_up, |fact| {
                let Fact::Claim { what: Claimed::Released { used_up, .. }, .. } = fact else {
                    return;
                };
                *used_up = false;
            });
        }),
        case(Rule::Rest, stock(), |facts| {
            let at = last(facts, is_released);
            facts.remove(at);
        }),
        case(Rule::Conflict, shelf(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Conflicted { .. }),
                |fact| {
                    if let Fact::Conflicted { winner, loser, .. } = fact {
                        *winner = *loser;
                    }
                },
            );
        }),
        case(Rule::Conflict, shelf(), |facts| {
            let at = place(facts, |f| matches!(f, Fact::Conflicted { .. }));
            let gone = last(facts, |f| matches!(f, Fact::Left(_)));
            let fact = (facts[gone].0, facts[at].1);
            facts.insert(gone + 1, fact);
        }),
    ]
}

pub fn of_failures() -> Vec<Case> {
    vec![
        case(Rule::Crash, frail(), |facts| {
            drop_one(facts, |f| matches!(f, Fact::Crashed { .. }));
        }),
        case(Rule::Crash, frail(), |facts| {
            drop_one(facts, |f| matches!(f, Fact::Repaired { .. }));
        }),
        case(Rule::Crash, frail(), |facts| {
            let at = last(facts, |f| matches!(f, Fact::Repaired { .. }));
            facts.insert(at, facts[at]);
        }),
        case(Rule::Crash, frail(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Crashed { .. }),
                |fact| {
                    if let Fact::Crashed { lost, .. } = fact {
                        *lost += 1;
                    }
                },
            );
        }),
    ]
}

pub fn of_rounds() -> Vec<Case> {
    vec![
        case(Rule::Allocation, rounds(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Round { what: Paired::Allocated { .. }, .. }),
                |fact| {
                    if let Fact::Round { what: Paired::Allocated { assigned, .. }, .. } = fact {
                        *assigned += 1;
                    }
                },
            );
        }),
        case(Rule::Allocation, rounds(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Round { what: Paired::Allocated { .. }, .. }),
                |fact| {
                    if let Fact::Round { what: Paired::Allocated { waiting, .. }, .. } = fact {
                        *waiting += 1;
                    }
                },
            );
        }),
        // The second task goes to the end of the line when it is in no line any more.
        case(Rule::Attempt, polled(), |facts| {
            let requeued =
                |f: &Fact| matches!(f, Fact::Round { what: Paired::Requeued { .. }, .. });
            let fact = facts[place(facts, requeued)].1;
            let at = last(facts, |f| matches!(f, Fact::Started { .. }));
            facts.insert(at + 1, (facts[at].0, fact));
        }),
    ]
}

pub fn of_faults() -> Vec<Case> {
    vec![
        case(Rule::Fault, doomed(), |facts| drop_one(facts, |f| matches!(f, Fact::Faulted { .. }))),
        case(Rule::Fault, doomed(), |facts| {
            duplicate(facts, |f| matches!(f, Fact::Faulted { .. }))
        }),
        case(Rule::Fault, doomed(), |facts| {
            change(
                facts,
                |f| matches!(f, Fact::Finished { success: false, .. }),
                |fact| {
                    if let Fact::Finished { success, .. } = fact {
                        *success = true;
                    }
                },
            );
        }),
        case(Rule::Units, withheld(), |facts| {
            drop_one(facts, |f| matches!(f, Fact::UnitGone { gone: false, .. }));
        }),
    ]
}

fn is_scaled(fact: &Fact, is: impl Fn(&Scaled) -> bool) -> bool {
    matches!(fact, Fact::Control(Control::Scaled { what, .. }) if is(what))
}

fn is_firing(fact: &Fact) -> bool {
    matches!(fact, Fact::Control(Control::Alerted { state: State::Firing, .. }))
}

pub fn of_control() -> Vec<Case> {
    vec![
        case(Rule::Scaling, scaled(), |facts| {
            duplicate(facts, |f| is_scaled(f, |what| matches!(what, Scaled::Retired { .. })));
        }),
        case(Rule::Scaling, scaled(), |facts| {
            drop_one(facts, |f| is_scaled(f, |what| matches!(what, Scaled::Starting { .. })));
        }),
        case(Rule::Scaling, scaled(), |facts| {
            let decided = |f: &Fact| is_scaled(f, |what| matches!(what, Scaled::Decided { .. }));
            change(facts, decided, |fact| {
                if let Fact::Control(Control::Scaled { what: Scaled::Decided { to, .. }, .. }) =
                    fact
                {
                    *to += 1;
                }
            });
        }),
        case(Rule::Alert, scaled(), |facts| duplicate(facts, is_firing)),
        // It fires at once.
        case(Rule::Alert, scaled(), |facts| {
            drop_one(facts, |f| {
                matches!(f, Fact::Control(Control::Alerted { state: State::Pending, .. }))
            });
        }),
    ]
}

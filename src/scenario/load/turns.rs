//! Checks of what a step turns to outside its ordinary path: conditions, failures, compensations.
//!
//! Rules. A condition asks for a score only of a step that has one. What undoes a step has no place
//! of its own in the workflow and is not itself undone. No join waits for a step that is handed on
//! when it fails.

use super::links::{Failing, Links};
use crate::base::read::Node;
use crate::scenario::meaning::Test;

/// Whether all is well; what is not has been reported. `first`: the steps that are written to be
/// first.
pub(super) fn check(links: &[Links<'_>], first: Option<&[usize]>) -> bool {
    let mut good = true;
    for step in links {
        good &= check_scores(links, step);
        if let Some((undo, node)) = &step.compensation {
            let is_first = first.is_some_and(|first| first.contains(undo));
            good &= check_undo(links, step, *undo, node, is_first);
        }
        if let Some((Failing::To(to), node)) = &step.on_failure {
            good &= check_handing_on(links, step, *to, node);
        }
    }
    good
}

/// Without a score a condition on it would hold always or never.
fn check_scores(links: &[Links<'_>], step: &Links<'_>) -> bool {
    let on_score = |test: Test| matches!(test, Test::ScoreBelow(_) | Test::ScoreFrom(_));
    let mut good = true;
    for when in step.conditions.iter().filter(|when| on_score(when.test)) {
        let asked = &links[when.step];
        if !asked.scored {
            when.node.mistake(
                format!("`{}` asks for the score of `{}`, which has none", step.name, asked.name),
                "no score to compare",
                format!(
                    "write score = {{ uniform = [0, 1] }} in `{}`, for example",
                    asked.own_name
                ),
            );
            good = false;
        }
    }
    good
}

/// A compensation follows nothing, leads nowhere and is not itself undone.
fn check_undo(
    links: &[Links<'_>],
    step: &Links<'_>,
    undo: usize,
    node: &Node<'_>,
    is_first: bool,
) -> bool {
    let it = &links[undo];
    if it.name == step.name {
        let help = String::from("name the step that undoes it");
        node.mistake(format!("`{}` is to undo itself", step.name), "the step itself", help);
        return false;
    }
    let leads_to = |from: &Links<'_>| {
        let arms = from.arms.iter().any(|arm| arm.to == Some(undo));
        arms || from.turn_to(undo).is_some()
    };
    let named = is_first || links.iter().any(leads_to);
    let linked = it.then.is_some() || it.after.is_some() || !it.conditions.is_empty();
    if !named && !linked && it.compensation.is_none() && it.on_failure.is_none() {
        return true;
    }
    node.mistake(
        format!("`{}` undoes `{}`, and has a place in the workflow too", it.name, step.name),
        "a compensation runs only when the task fails",
        format!(
            "give `{}` no `then`, `after`, `when`, `on_failure` or `compensation`, and name it \
             nowhere else",
            it.name
        ),
    );
    false
}

/// No join waits for a step that goes on with another one when it fails.
fn check_handing_on(links: &[Links<'_>], step: &Links<'_>, to: usize, node: &Node<'_>) -> bool {
    let waits =
        |join: &&Links<'_>| join.waits.iter().any(|before| links[*before].name == step.name);
    let Some(join) = links.iter().find(waits) else { return true };
    node.mistake(
        format!(
            "`{}` waits for `{}`, which goes on with `{}` when it fails",
            join.name, step.name, links[to].name
        ),
        "the join would wait in vain",
        String::from("let a step after both be the one that is joined"),
    );
    false
}

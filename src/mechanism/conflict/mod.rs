//! Conflicts between actions: found before an action starts and among all that are in progress,
//! and resolved by the strategy of their kind.
//!
//! Source: the reference's ConflictResolver. An action is a step or a workflow of a task, on one
//! entity (an order, a customer). Two actions of different tasks conflict if
//!
//! | kind | when | who wins | the other |
//! |---|---|---|---|
//! | resource | both need it alone at the same time | the higher priority | as declared, or waits |
//! | logical | declared not to overlap on one entity | who came first | by the rule |
//! | logical | declared in the other order on one entity | by the rule | by the rule |
//! | timing | both reserved a resource, and times overlap | who came first | is shifted |
//! | other | declared without a rule | who came first | waits |
//!
//! Where the loser waits, a resource is not taken from who is in progress: priority decides among
//! those that wait.
//!
//! The rules: `serialise`, the other waits, and if an order is declared who must be first wins
//! even if it came later; `cancel_later`, who came later is cancelled; `merge`, who came later
//! becomes part of the other. An order is judged between actions in progress: of one that has ended
//! there is nothing left to resolve.
//!
//! "Came first" is by `since`; at the same time who stands first in the list that is searched, and
//! who is in progress before who is about to start. Equal priorities go by who came first.
//! [`detect`](detect::Rules::detect) finds, [`resolve`](resolve::resolve) decides; both are pure.
//! The order of conflicts: resource, logical, timing, other; in each, by the list.

pub mod detect;
pub mod resolve;
mod spec;
#[cfg(test)]
mod tests;

pub use spec::{Loser, Rule, Spec};

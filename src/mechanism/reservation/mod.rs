//! Resources: typed units with specifications, held while something runs and waited for.
//!
//! A [`Unit`] is one thing of a type that has specifications ([`specification`]). A
//! [`Requirement`] asks for a number of units of a type that meet conditions, for itself alone or
//! shared with other readers; a [`Request`] is a list of them with the [`Mode`] in which they are
//! acquired. Who holds and who waits is in the [`ledger`]; what is booked ahead of time is in the
//! [`calendar`]. [`deadlock`] finds who waits for one another.
//!
//! Rule, as the reference's ResourceManager: of the units in the order of the table the first that
//! is of the type, available and meets every specification. This first fit is monotone: with more
//! units available it takes each requirement's unit no later and never fails where it succeeded
//! with fewer; so a request that cannot be met with everything available never can.

pub mod calendar;
pub mod deadlock;
mod free;
pub mod ledger;
mod request;
mod spec;
pub mod specification;
#[cfg(test)]
mod tests;

pub use request::{Mode, Request, Unit, UnitId, satisfiable};
pub use spec::{Requirement, Requirements, Spec, units};

//! What the parser refuses: what is outside the subset, and sides and arguments that do not fit.

use super::expression::{Aggregator, Expression, Form, Function, Kind, Matching, Operator};
use super::lexer::bad;
use crate::base::read::{Mistake, Place};

pub(super) fn over_time() -> &'static str {
    "avg_over_time(...) around it"
}

/// Something of PromQL that is not inside; `inside` is what is.
pub(super) fn outside(place: Place, what: &str, inside: &str) -> Mistake {
    let message = format!("{what} is outside the subset of PromQL that is read");
    bad(place, message, "not supported", Some(format!("inside are {inside}")))
}

fn names<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| name(*one)).collect()
}

pub(super) fn functions() -> Vec<&'static str> {
    names(Function::ALL, Function::name)
}

pub(super) fn aggregators() -> Vec<&'static str> {
    names(Aggregator::ALL, Aggregator::name)
}

pub(super) fn wrong_kind(of: &str, wanted: Kind, found: &Expression) -> Mistake {
    let message = format!("`{of}` takes {}, found {}", wanted.name(), found.kind().name());
    let help = match (wanted, &found.form) {
        (Kind::Range, Form::Selector(selector)) => Some(format!("write {}[5m]", selector.name)),
        (Kind::Vector, Form::Range(..)) => Some(format!("write rate(...) or {}", over_time())),
        _ => None,
    };
    bad(found.place.clone(), message, &format!("expected {}", wanted.name()), help)
}

/// Refuses sides that do not fit the operator.
pub(super) fn check_sides(
    operator: Operator,
    place: &Place,
    matching: Option<&Matching>,
    left: &Expression,
    right: &Expression,
) -> Result<(), Mistake> {
    let name = operator.name();
    if let Some(range) = [left, right].into_iter().find(|side| side.kind() == Kind::Range) {
        return Err(wrong_kind(name, Kind::Vector, range));
    }
    let scalars = [left, right].map(|side| side.kind() == Kind::Scalar);
    if operator.is_of_sets() && scalars.contains(&true) {
        let number = if scalars[0] { left } else { right };
        return Err(wrong_kind(name, Kind::Vector, number));
    }
    if operator.compares() && scalars == [true, true] {
        let message = String::from("two numbers are compared, which needs no rule");
        let help = String::from("one side is a metric");
        return Err(bad(place.clone(), message, "numbers on both sides", Some(help)));
    }
    if matching.is_some() && scalars.contains(&true) {
        let message = String::from("only vectors are matched on labels, and one side is a number");
        return Err(bad(place.clone(), message, "a number on one side", None));
    }
    Ok(())
}

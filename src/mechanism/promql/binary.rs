//! Two sides and what is between them.
//!
//! A comparison keeps the vector's samples for which it holds, with their values (of two vectors,
//! the left one's) and their names; arithmetic drops the names. Samples of two vectors find each
//! other by their labels without the name, and at most one to one.
//!
//! Source: prometheus/prometheus 2.42, `promql/engine.go`: `VectorBinop`, `VectorscalarBinop`,
//! `VectorAnd`, `VectorOr`, `VectorUnless`, `resultMetric`.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::Value;
use super::{Labels, Matching, Operator, Sample};

/// The value of `left operator right`.
pub(super) fn apply(
    operator: Operator,
    matching: Option<&Matching>,
    left: Value,
    right: Value,
) -> Result<Value, String> {
    Ok(match (left, right) {
        (Value::Scalar(left), Value::Scalar(right)) => Value::Scalar(number(operator, left, right)),
        (Value::Vector(samples), Value::Scalar(number)) => {
            Value::Vector(with_number(operator, samples, |value| (value, number)))
        }
        (Value::Scalar(number), Value::Vector(samples)) => {
            Value::Vector(with_number(operator, samples, |value| (number, value)))
        }
        (Value::Vector(left), Value::Vector(right)) if operator.is_of_sets() => {
            Value::Vector(sets(operator, matching, left, right))
        }
        (Value::Vector(left), Value::Vector(right)) => {
            Value::Vector(one_to_one(operator, matching, left, right)?)
        }
    })
}

fn number(operator: Operator, left: f64, right: f64) -> f64 {
    match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        _ => unreachable!("it is no arithmetic"),
    }
}

fn holds(operator: Operator, left: f64, right: f64) -> bool {
    match operator {
        Operator::Equal => left == right,
        Operator::NotEqual => left != right,
        Operator::Less => left < right,
        Operator::LessOrEqual => left <= right,
        Operator::Greater => left > right,
        Operator::GreaterOrEqual => left >= right,
        _ => unreachable!("it is no comparison"),
    }
}

fn with_number(
    operator: Operator,
    samples: Vec<Sample>,
    sides: impl Fn(f64) -> (f64, f64),
) -> Vec<Sample> {
    let result = samples.into_iter().filter_map(|sample| {
        let (left, right) = sides(sample.value);
        if operator.compares() {
            return holds(operator, left, right).then_some(sample);
        }
        Some(Sample { name: None, value: number(operator, left, right), ..sample })
    });
    result.collect()
}

/// The labels by which samples find each other.
fn key(matching: Option<&Matching>, labels: &Labels) -> Labels {
    let Some(matching) = matching else { return labels.clone() };
    labels.filter(|name| matching.labels.iter().any(|l| l.name == name) == matching.on)
}

fn one_to_one(
    operator: Operator,
    matching: Option<&Matching>,
    left: Vec<Sample>,
    right: Vec<Sample>,
) -> Result<Vec<Sample>, String> {
    if left.is_empty() || right.is_empty() {
        return Ok(Vec::new());
    }
    let mut others = BTreeMap::new();
    for sample in right {
        let key = key(matching, &sample.labels);
        if others.insert(key, sample.value).is_some() {
            return Err(String::from("several samples on the right side match the same labels"));
        }
    }
    let mut taken = BTreeSet::new();
    let mut result = Vec::new();
    for sample in left {
        let key = key(matching, &sample.labels);
        let Some(other) = others.get(&key) else { continue };
        let (name, value) = if operator.compares() {
            if !holds(operator, sample.value, *other) {
                continue;
            }
            (sample.name.filter(|_| !matching.is_some_and(|matching| matching.on)), sample.value)
        } else {
            (None, number(operator, sample.value, *other))
        };
        if !taken.insert(key.clone()) {
            return Err(String::from("several samples on the left side match the same labels"));
        }
        result.push(Sample { name, labels: key, value });
    }
    Ok(result)
}

fn sets(
    operator: Operator,
    matching: Option<&Matching>,
    left: Vec<Sample>,
    right: Vec<Sample>,
) -> Vec<Sample> {
    let keys = |samples: &[Sample]| -> BTreeSet<Labels> {
        samples.iter().map(|sample| key(matching, &sample.labels)).collect()
    };
    let is_in =
        |set: &BTreeSet<Labels>, sample: &Sample| set.contains(&key(matching, &sample.labels));
    if operator == Operator::Or {
        let known = keys(&left);
        let others = right.into_iter().filter(|sample| !is_in(&known, sample));
        return left.into_iter().chain(others).collect();
    }
    let known = keys(&right);
    let wanted = operator == Operator::And;
    left.into_iter().filter(|sample| is_in(&known, sample) == wanted).collect()
}

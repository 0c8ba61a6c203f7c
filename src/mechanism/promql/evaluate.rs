//! The value of an expression at a moment.

use std::sync::Arc;

use super::expression::{Expression, Form, Function};
use super::store::{Store, millis};
use super::{Labels, aggregate, binary, functions, histogram};
use crate::base::time::Time;

/// A value of one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The metric, if the value is still one of its.
    pub name: Option<Arc<str>>,
    /// The labels.
    pub labels: Labels,
    /// The value.
    pub value: f64,
}

/// The value of an expression that is no range.
pub(super) enum Value {
    Scalar(f64),
    Vector(Vec<Sample>),
}

impl Expression {
    /// The samples at `now`; a number is one sample without labels.
    ///
    /// # Errors
    /// Samples that do not match one to one; Prometheus then keeps the rule's alerts as they are.
    pub fn evaluate(&self, store: &Store, now: Time) -> Result<Vec<Sample>, String> {
        Ok(match self.value(store, millis(now))? {
            Value::Scalar(value) => vec![Sample { name: None, labels: Labels::default(), value }],
            Value::Vector(samples) => samples,
        })
    }

    fn value(&self, store: &Store, now: i64) -> Result<Value, String> {
        Ok(match &self.form {
            Form::Number(number) => Value::Scalar(*number),
            Form::Selector(selector) => {
                let sample = |series: &super::store::Held| {
                    let (name, labels) = (Some(series.name.clone()), series.labels.clone());
                    series.latest(now).map(|value| Sample { name, labels, value })
                };
                Value::Vector(store.select(selector).filter_map(sample).collect())
            }
            Form::Range(..) => unreachable!("a range stands only in a function"),
            Form::Call(function, arguments) => {
                Value::Vector(call(*function, arguments, store, now)?)
            }
            Form::Aggregate(aggregator, grouping, inner) => {
                let samples = inner.vector(store, now)?;
                Value::Vector(aggregate::aggregate(*aggregator, grouping, samples))
            }
            Form::Binary(operator, matching, left, right) => {
                let (left, right) = (left.value(store, now)?, right.value(store, now)?);
                binary::apply(*operator, matching.as_ref(), left, right)?
            }
            Form::Negated(inner) => match inner.value(store, now)? {
                Value::Scalar(value) => Value::Scalar(-value),
                Value::Vector(samples) => {
                    let negated = samples.into_iter().map(|sample| Sample {
                        name: None,
                        value: -sample.value,
                        ..sample
                    });
                    Value::Vector(negated.collect())
                }
            },
        })
    }

    fn vector(&self, store: &Store, now: i64) -> Result<Vec<Sample>, String> {
        match self.value(store, now)? {
            Value::Vector(samples) => Ok(samples),
            Value::Scalar(_) => unreachable!("the parser has checked the kinds"),
        }
    }
}

fn call(
    function: Function,
    arguments: &[Expression],
    store: &Store,
    now: i64,
) -> Result<Vec<Sample>, String> {
    if function == Function::HistogramQuantile {
        let Value::Scalar(quantile) = arguments[0].value(store, now)? else {
            unreachable!("the parser has checked the kinds");
        };
        return Ok(histogram::quantiles(quantile, arguments[1].vector(store, now)?));
    }
    let Form::Range(selector, length) = &arguments[0].form else {
        unreachable!("the parser has checked the kinds");
    };
    let series = store.select(selector).filter_map(|series| {
        let samples = series.range(now - length, now);
        let value = functions::over(function, &samples, *length, now)?;
        Some(Sample { name: None, labels: series.labels.clone(), value })
    });
    Ok(series.collect())
}

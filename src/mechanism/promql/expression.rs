//! An expression as parsed: forms with their places in the text.

use super::Matcher;
use crate::base::read::Place;

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub form: Form,
    /// Where it stands in the text.
    pub place: Place,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A number.
    Number(f64),
    /// The latest sample of each series.
    Selector(Selector),
    /// The samples of each series over a range before now, in milliseconds.
    Range(Selector, i64),
    /// A function of its arguments.
    Call(Function, Vec<Expression>),
    /// The samples of each group as one.
    Aggregate(Aggregator, Grouping, Box<Expression>),
    /// Two sides and what is between them.
    Binary(Operator, Option<Matching>, Box<Expression>, Box<Expression>),
    /// `-x`
    Negated(Box<Expression>),
}

/// Which series of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    /// The metric.
    pub name: String,
    /// Where its name stands.
    pub name_place: Place,
    /// What is asked of the labels, each with the place of the label's name.
    pub matchers: Vec<(Matcher, Place)>,
}

/// A label that is named.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

/// By what samples are grouped.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// By all labels but these.
    pub without: bool,
    /// The labels.
    pub labels: Vec<Label>,
}

/// By what samples of two sides find each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Matching {
    /// By these labels only; otherwise by all others.
    pub on: bool,
    /// The labels.
    pub labels: Vec<Label>,
}

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Scalar,
    /// A sample for each of several series.
    Vector,
    /// Many samples for each of several series.
    Range,
}

impl Kind {
    /// The word for it in messages.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Scalar => "a number",
            Kind::Vector => "an instant vector",
            Kind::Range => "a range",
        }
    }
}

/// Declares what is known by name.
macro_rules! known {
    (
        $(#[$doc:meta])* $name:ident:
        $($(#[$about:meta])* $variant:ident => $text:literal),+ $(,)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$about])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$variant,)+];

            /// How it is written.
            pub fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }
        }
    };
}

known! {
    /// A function.
    Function:
    /// How fast a counter grows, per second.
    Rate => "rate",
    /// By how much a counter grows.
    Increase => "increase",
    /// The mean of the samples.
    AvgOverTime => "avg_over_time",
    /// The largest sample.
    MaxOverTime => "max_over_time",
    /// The smallest sample.
    MinOverTime => "min_over_time",
    /// The sum of the samples.
    SumOverTime => "sum_over_time",
    /// A quantile, from the buckets of a histogram.
    HistogramQuantile => "histogram_quantile",
}

impl Function {
    /// The kinds of its arguments.
    pub fn arguments(self) -> &'static [Kind] {
        match self {
            Function::HistogramQuantile => &[Kind::Scalar, Kind::Vector],
            _ => &[Kind::Range],
        }
    }
}

known! {
    /// How the samples of a group become one.
    Aggregator:
    /// Their sum.
    Sum => "sum",
    /// Their mean.
    Avg => "avg",
    /// The largest.
    Max => "max",
    /// The smallest.
    Min => "min",
    /// How many there are.
    Count => "count",
}

known! {
    /// What can stand between two sides.
    Operator:
    /// Sum.
    Add => "+",
    /// Difference.
    Subtract => "-",
    /// Product.
    Multiply => "*",
    /// Quotient.
    Divide => "/",
    /// Keeps what is equal.
    Equal => "==",
    /// Keeps what differs.
    NotEqual => "!=",
    /// Keeps what is less or equal.
    LessOrEqual => "<=",
    /// Keeps what is less.
    Less => "<",
    /// Keeps what is greater or equal.
    GreaterOrEqual => ">=",
    /// Keeps what is greater.
    Greater => ">",
    /// The left side where the right has the same labels.
    And => "and",
    /// The left side where the right does not have the same labels.
    Unless => "unless",
    /// The left side, and what else the right has.
    Or => "or",
}

impl Operator {
    /// How tightly it binds; all bind to the left.
    pub fn level(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And | Operator::Unless => 2,
            Operator::Add | Operator::Subtract => 4,
            Operator::Multiply | Operator::Divide => 5,
            _ => 3,
        }
    }

    /// Does it keep samples, or drop them?
    pub fn compares(self) -> bool {
        self.level() == 3
    }

    /// Is it `and`, `or` or `unless`?
    pub fn is_of_sets(self) -> bool {
        self.level() <= 2
    }
}

impl Expression {
    /// What it gives.
    pub fn kind(&self) -> Kind {
        match &self.form {
            Form::Number(_) => Kind::Scalar,
            Form::Selector(_) | Form::Call(..) | Form::Aggregate(..) => Kind::Vector,
            Form::Range(..) => Kind::Range,
            Form::Negated(inner) => inner.kind(),
            Form::Binary(_, _, left, right) => match (left.kind(), right.kind()) {
                (Kind::Scalar, Kind::Scalar) => Kind::Scalar,
                _ => Kind::Vector,
            },
        }
    }

    /// The expressions directly inside.
    pub fn parts(&self) -> Vec<&Expression> {
        match &self.form {
            Form::Number(_) | Form::Selector(_) | Form::Range(..) => Vec::new(),
            Form::Call(_, arguments) => arguments.iter().collect(),
            Form::Aggregate(_, _, inner) | Form::Negated(inner) => vec![inner],
            Form::Binary(_, _, left, right) => vec![left, right],
        }
    }

    /// Adds the names of the series that it selects to `names`.
    pub fn selected<'e>(&'e self, names: &mut Vec<&'e str>) {
        if let Form::Selector(selector) | Form::Range(selector, _) = &self.form {
            names.push(&selector.name);
        }
        self.parts().into_iter().for_each(|part| part.selected(names));
    }

    /// The longest range asked for, in milliseconds; zero without any.
    pub fn longest_range_ms(&self) -> i64 {
        let own = match &self.form {
            Form::Range(_, millis) => *millis,
            _ => 0,
        };
        let parts = self.parts().into_iter().map(Expression::longest_range_ms);
        parts.fold(own, i64::max)
    }
}

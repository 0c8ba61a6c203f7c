//! From words to an expression, and what is refused on the way.
//!
//! Precedence, loosest first, all to the left: `or`; `and`, `unless`; comparisons; `+`, `-`; `*`,
//! `/`; the sign. The first mistake ends the parsing. Names of metrics and labels are not judged
//! here: see [`super::names`].

use super::expression::{
    Aggregator, Expression, Form, Function, Grouping, Kind, Label, Matching, Operator, Selector,
};
use super::lexer::{Token, Word, bad, words};
use super::refusal::{aggregators, check_sides, functions, outside, over_time, wrong_kind};
use super::{Matcher, Relation};
use crate::base::read::{Mistake, Place, list_of, suggest};

/// How deep expressions may stand in each other.
const DEEPEST: usize = 100;

/// How many words an expression may have.
const LONGEST: usize = 5_000;

/// Aggregations and words of the language that are known but not inside.
const OUTSIDE: [&str; 13] = [
    "bool",
    "group_left",
    "group_right",
    "offset",
    "atan2",
    "topk",
    "bottomk",
    "quantile",
    "stddev",
    "stdvar",
    "group",
    "count_values",
    "by",
];

/// The expression that a text says. Places count in the text.
///
/// # Errors
/// The first mistake: of the grammar, or something outside the subset.
pub fn parse(text: &str) -> Result<Expression, Mistake> {
    let mut parser = Parser { words: words(text)?, next: 0, depth: 0 };
    if parser.peek() == &Word::End {
        let message = String::from("the expression is empty");
        return Err(bad(0..0, message, "nothing here", None));
    }
    if parser.words.len() > LONGEST {
        let message = format!("the expression has more than {LONGEST} words");
        return Err(bad(parser.words[LONGEST].place.clone(), message, "here", None));
    }
    let expression = parser.binary(1)?;
    if parser.peek() != &Word::End {
        return Err(parser.unexpected("an operator or the end"));
    }
    if expression.kind() == Kind::Range {
        let help = Some(format!("write rate(...) or {}", over_time()));
        let message = String::from("a rule needs one value a series, and this is a range of them");
        return Err(bad(expression.place, message, "a range", help));
    }
    Ok(expression)
}

struct Parser {
    words: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn token(&self) -> &Token {
        &self.words[self.next.min(self.words.len() - 1)]
    }

    fn peek(&self) -> &Word {
        &self.token().word
    }

    fn place(&self) -> Place {
        self.token().place.clone()
    }

    /// Where the last word that was taken ends.
    fn end(&self) -> usize {
        self.words[self.next - 1].place.end
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), Word::Symbol(other) if *other == symbol)
    }

    /// Takes the symbol, if it is next.
    fn take(&mut self, symbol: &str) -> bool {
        let is = self.is(symbol);
        self.next += usize::from(is);
        is
    }

    fn need(&mut self, symbol: &str) -> Result<(), Mistake> {
        if self.take(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    /// The keyword that is next, in lower case.
    fn keyword(&self) -> Option<String> {
        match self.peek() {
            Word::Name(name) => Some(name.to_ascii_lowercase()),
            _ => None,
        }
    }

    fn unexpected(&self, wanted: &str) -> Mistake {
        let found = match self.peek() {
            Word::Name(name) => format!("`{name}`"),
            Word::Number(_) => String::from("a number"),
            Word::Duration(_) => String::from("a duration"),
            Word::Text(_) => String::from("a text in quotes"),
            Word::Symbol("@") => return outside(self.place(), "`@`", "plain selectors"),
            Word::Symbol(symbol) => format!("`{symbol}`"),
            Word::End => String::from("the end"),
        };
        let message = format!("expected {wanted}, found {found}");
        bad(self.place(), message, &format!("expected {wanted}"), None)
    }

    /// The operator that is next.
    fn operator(&self) -> Result<Option<Operator>, Mistake> {
        let written = match self.peek() {
            Word::Symbol(symbol @ ("%" | "^")) => {
                return Err(outside(self.place(), &format!("`{symbol}`"), "`+`, `-`, `*` and `/`"));
            }
            Word::Symbol(symbol) => (*symbol).to_string(),
            _ => self.keyword().unwrap_or_default(),
        };
        match written.as_str() {
            "atan2" => Err(outside(self.place(), "`atan2`", "`+`, `-`, `*` and `/`")),
            "offset" => Err(outside(self.place(), "`offset`", "plain selectors")),
            _ => Ok(Operator::ALL.iter().copied().find(|operator| operator.name() == written)),
        }
    }

    /// An expression of operators that bind at least as tightly as `level`.
    fn binary(&mut self, level: u8) -> Result<Expression, Mistake> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(bad(self.place(), String::from("this is nested too deep"), "here", None));
        }
        let mut left = self.signed()?;
        while let Some(operator) = self.operator()?.filter(|found| found.level() >= level) {
            let place = self.place();
            self.next += 1;
            let matching = self.matching()?;
            let right = self.binary(operator.level() + 1)?;
            check_sides(operator, &place, matching.as_ref(), &left, &right)?;
            let place = left.place.start..right.place.end;
            let form = Form::Binary(operator, matching, Box::new(left), Box::new(right));
            left = Expression { form, place };
        }
        self.depth -= 1;
        Ok(left)
    }

    /// What stands after an operator: `on (a)`, `ignoring (a)`.
    fn matching(&mut self) -> Result<Option<Matching>, Mistake> {
        let keyword = self.keyword();
        if keyword.as_deref() == Some("bool") {
            return Err(outside(self.place(), "`bool`", "comparisons that filter"));
        }
        let on = match keyword.as_deref() {
            Some("on") => true,
            Some("ignoring") => false,
            _ => return Ok(None),
        };
        self.next += 1;
        let labels = self.labels()?;
        if let Some(many @ ("group_left" | "group_right")) = self.keyword().as_deref() {
            let inside = "matches of one to one: `on` and `ignoring`";
            return Err(outside(self.place(), &format!("`{many}`"), inside));
        }
        Ok(Some(Matching { on, labels }))
    }

    /// `(a, b)`
    fn labels(&mut self) -> Result<Vec<Label>, Mistake> {
        self.need("(")?;
        let mut labels = Vec::new();
        while !self.take(")") {
            labels.push(self.label()?);
            if !self.take(",") && !self.is(")") {
                return Err(self.unexpected("`,` or `)`"));
            }
        }
        Ok(labels)
    }

    fn label(&mut self) -> Result<Label, Mistake> {
        match self.peek() {
            Word::Name(name) if !name.contains(':') => {
                let label = Label { name: name.clone(), place: self.place() };
                self.next += 1;
                Ok(label)
            }
            _ => Err(self.unexpected("a label")),
        }
    }

    fn signed(&mut self) -> Result<Expression, Mistake> {
        let start = self.place().start;
        let minus = self.is("-");
        if !minus && !self.is("+") {
            return self.operand();
        }
        self.next += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(bad(self.place(), String::from("this is nested too deep"), "here", None));
        }
        let inner = self.signed()?;
        self.depth -= 1;
        let place = start..inner.place.end;
        match inner.kind() {
            Kind::Range => {
                let message = String::from("a range has no sign");
                Err(bad(inner.place, message, "a range", None))
            }
            _ if !minus => Ok(Expression { place, ..inner }),
            _ => Ok(Expression { form: Form::Negated(Box::new(inner)), place }),
        }
    }

    fn operand(&mut self) -> Result<Expression, Mistake> {
        let start = self.place().start;
        let expression = match self.peek().clone() {
            Word::Number(number) => {
                self.next += 1;
                Expression { form: Form::Number(number), place: start..self.end() }
            }
            Word::Symbol("(") => {
                self.next += 1;
                let inner = self.binary(1)?;
                self.need(")")?;
                Expression { place: start..self.end(), ..inner }
            }
            Word::Name(name) => self.named(&name)?,
            Word::Text(_) => return Err(outside(self.place(), "a text as a value", "numbers")),
            Word::Symbol("{") => {
                let inside = "selectors that begin with the metric's name";
                return Err(outside(self.place(), "a selector without a name", inside));
            }
            _ => return Err(self.unexpected("a metric, a function or a number")),
        };
        if self.is("[") && !matches!(expression.form, Form::Selector(_)) {
            return Err(outside(self.place(), "a subquery", "ranges of a metric: `x[5m]`"));
        }
        Ok(expression)
    }

    /// What begins with a name: an aggregation, a function, or a metric.
    fn named(&mut self, name: &str) -> Result<Expression, Mistake> {
        let place = self.place();
        let lower = name.to_ascii_lowercase();
        if let Some(aggregator) = Aggregator::ALL.iter().find(|one| one.name() == lower) {
            return self.aggregate(*aggregator);
        }
        let called = self.words.get(self.next + 1).is_some_and(|t| t.word == Word::Symbol("("));
        if let Some(function) = Function::ALL.iter().find(|one| one.name() == name && called) {
            return self.call(*function);
        }
        let keyword = OUTSIDE.contains(&lower.as_str())
            || Operator::ALL.iter().any(|operator| operator.name() == lower);
        if called || keyword {
            if let Some(near) = suggest(name, functions()).filter(|_| called && !keyword) {
                let help = format!("did you mean `{near}`?");
                let message = format!("unknown function `{name}`");
                return Err(bad(place, message, "unknown function", Some(help)));
            }
            let inside = [functions(), aggregators()].concat();
            return Err(outside(place, &format!("`{name}`"), &list_of(&inside)));
        }
        self.selector(name)
    }

    fn aggregate(&mut self, aggregator: Aggregator) -> Result<Expression, Mistake> {
        let start = self.place().start;
        self.next += 1;
        let before = self.grouping()?;
        self.need("(")?;
        let inner = self.binary(1)?;
        if inner.kind() != Kind::Vector {
            return Err(wrong_kind(aggregator.name(), Kind::Vector, &inner));
        }
        if self.is(",") {
            return Err(self.unexpected("`)`"));
        }
        self.need(")")?;
        let after = if before.is_some() { None } else { self.grouping()? };
        let none = Grouping { without: false, labels: Vec::new() };
        let grouping = before.or(after).unwrap_or(none);
        let form = Form::Aggregate(aggregator, grouping, Box::new(inner));
        Ok(Expression { form, place: start..self.end() })
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, Mistake> {
        let without = match self.keyword().as_deref() {
            Some("by") => false,
            Some("without") => true,
            _ => return Ok(None),
        };
        self.next += 1;
        Ok(Some(Grouping { without, labels: self.labels()? }))
    }

    fn call(&mut self, function: Function) -> Result<Expression, Mistake> {
        let start = self.place().start;
        self.next += 1;
        self.need("(")?;
        let mut arguments = Vec::new();
        for (i, kind) in function.arguments().iter().enumerate() {
            if i > 0 {
                self.need(",")?;
            }
            let argument = self.binary(1)?;
            if argument.kind() != *kind {
                return Err(wrong_kind(function.name(), *kind, &argument));
            }
            arguments.push(argument);
        }
        self.need(")")?;
        Ok(Expression { form: Form::Call(function, arguments), place: start..self.end() })
    }

    /// `name{label="x"}`, perhaps with a range.
    fn selector(&mut self, name: &str) -> Result<Expression, Mistake> {
        let name_place = self.place();
        self.next += 1;
        let mut matchers = Vec::new();
        if self.take("{") {
            while !self.take("}") {
                matchers.push(self.matcher()?);
                if !self.take(",") && !self.is("}") {
                    return Err(self.unexpected("`,` or `}`"));
                }
            }
        }
        let start = name_place.start;
        let selector = Selector { name: name.to_string(), name_place, matchers };
        let form = match self.take("[") {
            true => Form::Range(selector, self.range()?),
            false => Form::Selector(selector),
        };
        Ok(Expression { form, place: start..self.end() })
    }

    /// `5m]`
    fn range(&mut self) -> Result<i64, Mistake> {
        let Word::Duration(span) = *self.peek() else {
            return Err(self.unexpected("a duration such as 5m"));
        };
        let millis = span.nanos() / 1_000_000;
        if millis == 0 {
            let message = String::from("a range is longer than nothing");
            return Err(bad(self.place(), message, "expected a duration such as 5m", None));
        }
        self.next += 1;
        if self.is(":") {
            return Err(outside(self.place(), "a subquery", "ranges of a metric: `x[5m]`"));
        }
        self.need("]")?;
        Ok(i64::try_from(millis).expect("a duration is at most 100 years"))
    }

    fn matcher(&mut self) -> Result<(Matcher, Place), Mistake> {
        let label = self.label()?;
        let relation = match self.peek() {
            Word::Symbol("=") => Relation::Is,
            Word::Symbol("!=") => Relation::IsNot,
            Word::Symbol("=~") => Relation::Matches,
            Word::Symbol("!~") => Relation::MatchesNot,
            _ => return Err(self.unexpected("`=`, `!=`, `=~` or `!~`")),
        };
        self.next += 1;
        let Word::Text(value) = self.peek().clone() else {
            return Err(self.unexpected("a text in quotes"));
        };
        let matcher = Matcher::new(&label.name, relation, &value).map_err(|why| {
            let message = format!("this pattern is not read: {why}");
            bad(self.place(), message, "a regular expression", None)
        })?;
        self.next += 1;
        Ok((matcher, label.place))
    }
}

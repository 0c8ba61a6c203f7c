//! How a distribution is written.
//!
//! | written                                            | is                                      |
//! | -------------------------------------------------- | --------------------------------------- |
//! | `"8s"`, `3`                                        | constant                                |
//! | `{ mean = "8s", cv = 0.6 }`                        | lognormal                               |
//! | `{ p50 = "6s", p95 = "20s" }`                      | lognormal                               |
//! | `{ quantiles = [[0.1, "4s"], [0.9, "16s"]] }`      | measured, straight lines between        |
//! | `{ quantiles = "service.csv" }`                    | the same from columns `q` and `value`   |
//! | `{ exponential = "8s" }`                           | exponential, by its mean                |
//! | `{ uniform = ["2s", "4s"] }`                       | from, to                                |
//! | `{ triangular = ["1s", "2s", "5s"] }`              | from, peak, to                          |
//! | `{ erlang = { k = 3, mean = "1s" } }`              | sum of k exponentials                   |
//! | `{ gamma = { mean = "2s", cv = 0.7 } }`            | or `shape` instead of `cv`              |
//! | `{ lognormal = { mu = 1.2, sigma = 0.5 } }`        | of the logarithm                        |
//! | `{ weibull = { shape = 1.5, scale = "3s" } }`      |                                         |
//! | `{ pareto = { shape = 1.1, low = 1, high = 99 } }` | bounded                                 |
//! | `{ hyperexponential = [[0.9, 1], [0.1, 9]] }`      | (probability, mean) each                |
//! | `{ mixture = [[0.7, "1s"], [0.3, ..]] }`           | (probability, distribution) each        |
//! | `{ shifted = { by = "1s", of = .. } }`             | later by a constant                     |
//! | `{ truncated = { low = 1, high = 9, of = .. } }`   | given that it falls there; or one bound |
//!
//! Durations become seconds; plain numbers are units of work as they are. One distribution does not
//! mix them. Probabilities add up to 1 within 1e-9. What the parameters must satisfy is checked by
//! the constructors of [`Dist`].

use super::Probability;
use super::quantiles;
use super::values::Values;
use crate::base::dist::Dist;
use crate::base::read::{Mistake, Node, Read, Table};

/// The names of distributions with parameters of their own.
const NAMES: [&str; 12] = [
    "erlang",
    "exponential",
    "gamma",
    "hyperexponential",
    "lognormal",
    "mixture",
    "pareto",
    "shifted",
    "triangular",
    "truncated",
    "uniform",
    "weibull",
];

/// A distribution of times, in seconds: plain numbers are refused.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeDist(pub Dist);

impl Read for Dist {
    fn read(node: &Node<'_>) -> Option<Self> {
        read(node, &mut Values::of_either())
    }
}

impl Read for TimeDist {
    fn read(node: &Node<'_>) -> Option<Self> {
        read(node, &mut Values::of_time()).map(TimeDist)
    }
}

fn read(node: &Node<'_>, values: &mut Values) -> Option<Dist> {
    if !node.is_table() {
        return made(node, Dist::constant(values.read(node)?));
    }
    let entries = node.table()?.entries();
    let has = |name: &str| entries.iter().any(|(written, _)| *written == name);
    if has("mean") && entries.len() == 1 {
        let help = "add `cv`, the standard deviation over the mean; or write { exponential = .. }, \
                    or the value alone for a constant";
        let message = format!("`{}`: a mean alone does not say how the values spread", node.path());
        node.mistake(message, "how do they spread?", Some(String::from(help)));
        None
    } else if has("mean") || has("cv") {
        let (mean, cv) = two(node, |t| values.need(t, "mean"), |t| t.need("cv"))?;
        made(node, Dist::lognormal_mean_cv(mean, cv))
    } else if has("p50") || has("p95") {
        let mut table = node.table()?;
        let (p50, p95) = (values.need(&mut table, "p50"), values.need(&mut table, "p95"));
        table.finish();
        made(node, Dist::lognormal_p50_p95(p50?, p95?))
    } else if has("quantiles") {
        let mut table = node.table()?;
        let quantiles = table.need_node("quantiles");
        table.finish();
        let quantiles = quantiles?;
        made(&quantiles, Dist::empirical(&quantiles::read(&quantiles, values)?))
    } else {
        named(node, values)
    }
}

/// A distribution by its name.
fn named(node: &Node<'_>, values: &mut Values) -> Option<Dist> {
    let (name, inner) = node.choice()?;
    let dist = match name {
        "exponential" => Dist::exponential(exponential_mean(&inner, values)?),
        "uniform" => {
            let [low, high] = values.list(&inner)?;
            Dist::uniform(low, high)
        }
        "triangular" => {
            let [low, mode, high] = values.list(&inner)?;
            Dist::triangular(low, mode, high)
        }
        "erlang" => {
            let (k, mean) = two(&inner, |t| t.need("k"), |t| values.need(t, "mean"))?;
            Dist::erlang(k, mean)
        }
        "gamma" => return gamma(&inner, values),
        "lognormal" => {
            let (mu, sigma) = two(&inner, |t| t.need("mu"), |t| t.need("sigma"))?;
            Dist::lognormal(mu, sigma)
        }
        "weibull" => {
            let (shape, scale) = two(&inner, |t| t.need("shape"), |t| values.need(t, "scale"))?;
            Dist::weibull(shape, scale)
        }
        "pareto" => return pareto(&inner, values),
        "hyperexponential" => Dist::hyperexponential(&shares(&inner, |node| values.read(node))?),
        "mixture" => Dist::mixture(shares(&inner, |node| read(node, values))?),
        "shifted" => {
            let mut table = inner.table()?;
            let (by, of) = (values.need(&mut table, "by"), part(&mut table, values));
            table.finish();
            Dist::shifted(by?, of?)
        }
        "truncated" => return truncated(&inner, values),
        other => {
            let place = inner.key_place();
            node.context().report(Mistake::unknown(place, "distribution", other, NAMES));
            return None;
        }
    };
    made(&inner, dist)
}

/// The distribution, or what its constructor says against it.
fn made(node: &Node<'_>, dist: Result<Dist, String>) -> Option<Dist> {
    let refuse = |why| node.mistake(format!("`{}`: {why}", node.path()), "this distribution", None);
    dist.map_err(refuse).ok()
}

/// Two keys of a table and no others; both are read before either is missed.
fn two<A, B>(
    node: &Node<'_>,
    first: impl FnOnce(&mut Table<'_>) -> Option<A>,
    second: impl FnOnce(&mut Table<'_>) -> Option<B>,
) -> Option<(A, B)> {
    let mut table = node.table()?;
    let (first, second) = (first(&mut table), second(&mut table));
    table.finish();
    Some((first?, second?))
}

fn part(table: &mut Table<'_>, values: &mut Values) -> Option<Dist> {
    read(&table.need_node("of")?, values)
}

fn exponential_mean(node: &Node<'_>, values: &mut Values) -> Option<f64> {
    if !node.is_table() {
        return values.read(node);
    }
    let mut table = node.table()?;
    let mean = values.need(&mut table, "mean");
    table.finish();
    mean
}

fn gamma(node: &Node<'_>, values: &mut Values) -> Option<Dist> {
    let mut table = node.table()?;
    let mean = values.need(&mut table, "mean");
    let dist = if table.has("shape") {
        let shape = table.need("shape");
        table.finish();
        Dist::gamma(shape?, mean?)
    } else {
        let cv = table.need("cv");
        table.finish();
        Dist::gamma_mean_cv(mean?, cv?)
    };
    made(node, dist)
}

fn pareto(node: &Node<'_>, values: &mut Values) -> Option<Dist> {
    let mut table = node.table()?;
    let shape = table.need("shape");
    let (low, high) = (values.need(&mut table, "low"), values.need(&mut table, "high"));
    table.finish();
    made(node, Dist::pareto(shape?, low?, high?))
}

fn truncated(node: &Node<'_>, values: &mut Values) -> Option<Dist> {
    let mut table = node.table()?;
    let bound = |table: &mut Table<'_>, values: &mut Values, key, open| match table.node(key) {
        Some(bound) => values.read(&bound),
        None => Some(open),
    };
    if !table.has("low") && !table.has("high") {
        table.need_node("low");
    }
    let low = bound(&mut table, values, "low", 0.0);
    let high = bound(&mut table, values, "high", f64::INFINITY);
    let of = part(&mut table, values);
    table.finish();
    made(node, Dist::truncated(low?, high?, of?))
}

/// A list of (probability, something), whose probabilities add up to 1.
fn shares<T>(node: &Node<'_>, second: impl FnMut(&Node<'_>) -> Option<T>) -> Option<Vec<(f64, T)>> {
    let share = |node: &Node<'_>| Probability::read(node).map(Probability::get);
    let shares = super::values::pairs(node, share, second)?;
    let total: f64 = shares.iter().map(|(share, _)| share).sum();
    if (total - 1.0).abs() <= 1e-9 {
        return Some(shares);
    }
    let message = format!("`{}`: the probabilities add up to {total}, not to 1", node.path());
    node.mistake(message, format!("these add up to {total}"), None);
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, refuse};
    use super::*;
    use crate::base::read::Document;
    use std::collections::BTreeMap;

    fn check(toml: &str, expected: Result<Dist, String>) {
        assert_eq!(
            read::<Dist>(toml),
            Ok(expected.expect("the test's own distribution")),
            "{toml}"
        );
    }

    #[test]
    fn every_form_reads() {
        check("3", Dist::constant(3.0));
        check("'2m6s'", Dist::constant(126.0));
        check("{ mean = '8s', cv = 0.6 }", Dist::lognormal_mean_cv(8.0, 0.6));
        check("{ p50 = 6, p95 = 20 }", Dist::lognormal_p50_p95(6.0, 20.0));
        let table = [(0.1, 4.0), (0.5, 16.0)];
        check("{ quantiles = [['10%', '4s'], [0.5, '16s']] }", Dist::empirical(&table));
        check("{ exponential = '500ms' }", Dist::exponential(0.5));
        check("{ exponential = { mean = 8 } }", Dist::exponential(8.0));
        check("{ uniform = ['2s', '4s'] }", Dist::uniform(2.0, 4.0));
        check("{ triangular = [1, 2, 5] }", Dist::triangular(1.0, 2.0, 5.0));
        check("{ erlang = { k = 3, mean = '1s' } }", Dist::erlang(3, 1.0));
        check("{ gamma = { mean = '2s', cv = 0.7 } }", Dist::gamma_mean_cv(2.0, 0.7));
        check("{ gamma = { mean = '2s', shape = 1.5 } }", Dist::gamma(1.5, 2.0));
        check("{ lognormal = { mu = 1.2, sigma = 0.5 } }", Dist::lognormal(1.2, 0.5));
        check("{ weibull = { shape = 1.5, scale = '3s' } }", Dist::weibull(1.5, 3.0));
        check("{ pareto = { shape = 1.1, low = 1, high = 99 } }", Dist::pareto(1.1, 1.0, 99.0));
        let branches = [(0.9, 0.5), (0.1, 5.5)];
        check(
            "{ hyperexponential = [[0.9, '0.5s'], [0.1, '5.5s']] }",
            Dist::hyperexponential(&branches),
        );
    }

    #[test]
    fn distributions_are_made_of_distributions() {
        let exponential = || Dist::exponential(1.0).expect("a mean above zero");
        let constant = || Dist::constant(5.0).expect("a value");
        check(
            "{ mixture = [[0.7, { exponential = '1s' }], ['30%', '5s']] }",
            Dist::mixture(vec![(0.7, exponential()), (0.3, constant())]),
        );
        let of = "of = { exponential = '1s' }";
        check(&format!("{{ shifted = {{ by = '2s', {of} }} }}"), Dist::shifted(2.0, exponential()));
        check(
            &format!("{{ truncated = {{ low = '2s', {of} }} }}"),
            Dist::truncated(2.0, f64::INFINITY, exponential()),
        );
        check(
            &format!("{{ truncated = {{ high = '2s', {of} }} }}"),
            Dist::truncated(0.0, 2.0, exponential()),
        );
    }

    #[test]
    fn a_mean_alone_is_not_enough() {
        let help = "add `cv`, the standard deviation over the mean; or write { exponential = .. }, \
                    or the value alone for a constant";
        let message = "`x`: a mean alone does not say how the values spread";
        refuse::<Dist>("{ mean = '8s' }", message, help);
        refuse::<Dist>("{ p50 = '8s' }", "missing key `p95` in `x`", "");
        refuse::<Dist>("{ gamma = { mean = 2 } }", "missing key `cv` in `x.gamma`", "");
        refuse::<Dist>("{ truncated = { of = 2 } }", "missing key `low` in `x.truncated`", "");
    }

    #[test]
    fn units_are_not_mixed() {
        let number = "found the number 20";
        refuse::<Dist>(
            "{ p50 = '6s', p95 = 20 }",
            &format!("`x.p95`: expected a duration, as the other values are, {number}"),
            "write \"20s\" or \"20ms\"",
        );
        refuse::<Dist>(
            "{ shifted = { by = 1, of = '2s' } }",
            "`x.shifted.of`: expected a plain number, as the other values are, \
             found the text \"2s\"",
            "one distribution is in units of time or in units of work, not in both",
        );
        let message = "`x.exponential`: expected a duration such as \"30s\", found the number 20";
        refuse::<TimeDist>("{ exponential = 20 }", message, "write \"20s\" or \"20ms\"");
    }

    #[test]
    fn a_slip_gets_a_hint() {
        let unknown = "unknown distribution `exponental`";
        refuse::<Dist>("{ exponental = 1 }", unknown, "did you mean `exponential`?");
        refuse::<Dist>("{ mean = 1, cw = 2 }", "unknown key `x.cw`", "did you mean `cv`?");
        refuse::<Dist>(
            "{ erlang = { kk = 1, mean = 2 } }",
            "unknown key `x.erlang.kk`",
            "did you mean `k`?",
        );
        let message = "`x.uniform`: expected a list of 2 values, found a list of 3";
        refuse::<Dist>("{ uniform = [1, 2, 3] }", message, "");
        let message = "`x.quantiles[0]`: expected a pair such as [0.5, \"8s\"], found the number 1";
        refuse::<Dist>("{ quantiles = [1] }", message, "");
        let message =
            "`x`: expected a duration such as \"30s\", or a number of units of work, found true";
        refuse::<Dist>("true", message, "");
    }

    #[test]
    fn what_the_constructor_says_stands_at_the_distribution() {
        let message = "`x.uniform`: high must be above low, which is 4, but is 2";
        refuse::<Dist>("{ uniform = [4, 2] }", message, "");
        refuse::<Dist>("-1", "`x`: the value must not be negative, but is -1", "");
        let message = "`x.hyperexponential`: the probabilities add up to 0.75, not to 1";
        refuse::<Dist>("{ hyperexponential = [[0.5, 1], [0.25, 2]] }", message, "");
    }

    /// The quantile table in the file `t.csv`, or the mistake's message.
    fn from_file(csv: &str) -> Result<Dist, String> {
        let document = Document::parse("x = { quantiles = 't.csv' }").expect("TOML");
        let files = BTreeMap::from([(String::from("t.csv"), csv.as_bytes().to_vec())]);
        let read = document.read::<BTreeMap<String, Dist>>(&files);
        read.map(|(mut map, _)| map.remove("x").expect("x is there")).map_err(|mut mistakes| {
            assert_eq!(mistakes.len(), 1);
            mistakes.remove(0).message
        })
    }

    #[test]
    fn quantiles_come_from_a_file() {
        let expected = Dist::empirical(&[(0.1, 4.0), (0.5, 16.0)]);
        let csv = "# measured in May\nn, value, q\n1, 4s, 0.1\n2, 16s, 50%\n";
        assert_eq!(from_file(csv), expected);
        assert_eq!(from_file("q,value\r\n0.1,4\r\n0.5,16\r\n"), expected);
        for (csv, why) in [
            ("", "there is no column `q`; needed are `q` and `value`"),
            ("q;value\n", "there is no column `q`; needed are `q` and `value`"),
            ("q,value\n0.1,4s\n2,5s\n", "line 3: `2` is not a share from 0 to 1"),
            (
                "q,value\n0.1,4s\n0.2,5\n",
                "line 3: expected a duration, as the other values are, found `5`",
            ),
            (
                "q,value\n0.1,inf\n",
                "line 2: expected a duration such as \"30s\", or a number of units of work, \
                 found `inf`",
            ),
            ("q,value\n0.1\n", "line 2: a duration is numbers with units: \"30s\", \"1h30m\""),
        ] {
            assert_eq!(from_file(csv), Err(format!("`x.quantiles`: t.csv: {why}")), "{csv}");
        }
        let message = "`x.quantiles`: a quantile table needs at least two rows";
        assert_eq!(from_file("q,value\n"), Err(String::from(message)));
    }
}

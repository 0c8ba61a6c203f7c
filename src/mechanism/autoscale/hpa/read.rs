//! How a scenario writes an HPA.
//!
//! ```toml
//! [pools.workers.autoscale.hpa]
//! agents = { min = 2, max = 16 }
//! metrics = [{ metric = "utilisation", target = "70%" }, { metric = "queue_length", target = 5 }]
//! behaviour.up = { window = "0s", policies = [{ agents = 4, per = "15s" }], select = "max" }
//! behaviour.down = { window = "5m", policies = [{ percent = 10, per = "1m" }], tolerance = 0.2 }
//! ```
//!
//! What a behaviour leaves out is filled in as the API server does it: up `window = "0s"` and 4
//! agents or 100 % per 15 s, the larger; down the window of `stabilisation` and 100 % per 15 s.
//! Where there are `policies`, they stand alone. A target is whole percent, or whole thousandths.
//!
//! Or a cluster's own HPA (see [`super::manifest`]), which has its `agents`, its metrics and its
//! behaviour in it: `autoscale.hpa = { file = "hpa.yaml", start_up = "30s" }`.

use std::num::NonZeroU32;

use super::manifest::Manifest;
use super::{Behaviour, Change, Measured, Policy, Rules, Select, Source, Spec, Target};
use crate::base::read::{Node, Read, Table};
use crate::base::unit::{Probability, Span};
use crate::mechanism::autoscale::scaling::{Defaults, Scaling};
use crate::mechanism::autoscale::signal;
use crate::mechanism::metric::{Metric, Unit};

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let written = table.has("file");
        let manifest: Option<Manifest> = table.maybe("file");
        let bounds = manifest.as_ref().map(|manifest| (manifest.min, manifest.max));
        let defaults = Defaults::every(15);
        let scaling = match written {
            true => Scaling::bounded(&mut table, bounds, &defaults),
            false => Scaling::read(&mut table, defaults),
        };
        let metrics = if written { None } else { read_metrics(&mut table) };
        let every = scaling.as_ref().map_or(Span::from_secs(15), |scaling| scaling.every);
        let window = signal::window(&mut table, every);
        let (tolerance, stabilisation) = common(&mut table);
        let initialisation = table.or("initialisation", Span::from_secs(300));
        let readiness = table.or("readiness", Span::from_secs(30));
        let behaviour = if written { Some(None) } else { read_behaviour(&mut table) };
        table.finish();
        let (metrics, behaviour) = match manifest {
            Some(manifest) => (Some(manifest.metrics), Some(manifest.behaviour)),
            None => (metrics, behaviour),
        };
        let (scaling, metrics, behaviour) = (scaling?, metrics?, behaviour?);
        Some(Spec {
            scaling,
            metrics,
            window,
            tolerance,
            stabilisation,
            initialisation,
            readiness,
            behaviour,
        })
    }
}

/// Reads `metrics`, or the keys of one metric.
fn read_metrics(table: &mut Table<'_>) -> Option<Vec<Measured>> {
    let Some(list) = table.node("metrics") else {
        return Measured::among(table).map(|one| vec![one]);
    };
    match Vec::read(&list) {
        Some(metrics) if metrics.is_empty() => list.expected("at least one metric", None),
        metrics => metrics,
    }
}

/// Reads `behaviour`, which may be left out.
fn read_behaviour(table: &mut Table<'_>) -> Option<Option<Behaviour>> {
    match table.node("behaviour") {
        Some(node) => Behaviour::read(&node).map(Some),
        None => Some(None),
    }
}

impl Read for Measured {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let measured = Measured::among(&mut table);
        table.finish();
        measured
    }
}

impl Measured {
    /// Reads `metric`, `target` and `per_agent` among the keys of a table.
    fn among(table: &mut Table<'_>) -> Option<Self> {
        let metric = table.or("metric", Metric::Utilisation);
        if matches!(metric, Metric::Utilisation | Metric::Cpu | Metric::Memory) {
            let target = table.node("target");
            let share = match metric {
                Metric::Utilisation => {
                    table.or("target", Probability::new(0.8).expect("a probability"))
                }
                _ => table.need("target")?,
            };
            let percent = (share.get() * 100.0).round();
            if percent < 1.0 || (share.get() * 100.0 - percent).abs() > 1e-9 {
                return target?.expected("whole percent, at least \"1%\"", None);
            }
            let target = Target::Utilisation(percent as u32);
            return Some(Measured { metric, source: Source::Resource, target });
        }
        let unit = metric.unit();
        let per_agent = table.or("per_agent", matches!(unit, Unit::Count | Unit::Rate));
        let milli = milli(table, unit)?;
        let target = if per_agent { Target::AverageValue(milli) } else { Target::Value(milli) };
        Some(Measured { metric, source: Source::External, target })
    }
}

impl Read for Behaviour {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let Behaviour { up, down } = Behaviour::filled();
        let mut rules = |key: &'static str, filled: Rules| match table.node(key) {
            Some(node) => read_rules(&node, filled),
            None => Some(filled),
        };
        let (up, down) = (rules("up", up), rules("down", down));
        table.finish();
        Some(Behaviour { up: up?, down: down? })
    }
}

/// What limits changes in one direction; what is left out is as in `filled`.
fn read_rules(node: &Node<'_>, filled: Rules) -> Option<Rules> {
    let mut table = node.table()?;
    let select = table.or("select", filled.select);
    let window = match filled.window {
        Some(window) => Some(table.or("window", window)),
        None => table.maybe("window"),
    };
    let tolerance = table.maybe("tolerance");
    check_tolerance(&table, tolerance);
    let policies = match table.node("policies") {
        Some(list) => match Vec::read(&list) {
            Some(policies) if policies.is_empty() && select != Select::Disabled => {
                list.expected("at least one policy, or `select = \"disabled\"`", None)
            }
            policies => policies,
        },
        None => Some(filled.policies),
    };
    table.finish();
    Some(Rules { select, window, policies: policies?, tolerance })
}

impl Read for Policy {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let agents: Option<NonZeroU32> = table.maybe("agents");
        let percent: Option<NonZeroU32> = table.maybe("percent");
        let period: Option<Span> = table.need("per");
        table.finish();
        if period == Some(Span::ZERO) {
            node.mistake(format!("`{}.per` is zero", node.path()), "above zero", None);
        }
        let change = match (agents, percent) {
            (Some(agents), None) => Change::Pods(agents.get()),
            (None, Some(percent)) => Change::Percent(percent.get()),
            _ => {
                let help = String::from("write { agents = 4, per = \"15s\" }");
                return node.expected("either `agents` or `percent`, at least 1", Some(help));
            }
        };
        Some(Policy { change, period: period? })
    }
}

/// Reads `target` among the keys of a table, in thousandths.
pub(in super::super) fn milli(table: &mut Table<'_>, unit: Unit) -> Option<i64> {
    let node = table.need_node("target")?;
    let milli = (unit.read_level(&node)? * 1_000.0).round();
    if !(1.0..=1e15).contains(&milli) {
        return node.expected("a target of at least a thousandth", None);
    }
    Some(milli as i64)
}

/// Reads `tolerance` and `stabilisation` among the keys of a table.
pub(in super::super) fn common(table: &mut Table<'_>) -> (f64, Span) {
    let tolerance = table.or("tolerance", 0.1);
    check_tolerance(table, Some(tolerance));
    (tolerance, table.or("stabilisation", Span::from_secs(300)))
}

fn check_tolerance(table: &Table<'_>, tolerance: Option<f64>) {
    if tolerance.is_some_and(|tolerance| !(0.0..=1.0).contains(&tolerance)) {
        table.mistake("`tolerance` is out of range", "from 0 to 1", None);
    }
}

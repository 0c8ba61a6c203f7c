//! The journal's rows of those who watch over the system.

use super::{Journal, Row};
use crate::base::id::PoolId;
use crate::model::fact::{Control, Scaled};

impl Journal<'_> {
    /// What the monitor saw, an alert rule found or an autoscaler did.
    pub(super) fn control(&self, what: Control) -> Row {
        let pool = |pool: PoolId| &self.scenario.pools[pool.index()].name;
        let number = |value: Option<f64>| value.map_or("-".to_string(), |value| value.to_string());
        match what {
            Control::Scaled { pool: of, what: Scaled::Decided { value, raw, from, to, limit } } => {
                let raw = raw.map_or("-".to_string(), |raw| raw.to_string());
                let (of, value) = (pool(of), number(value));
                let detail = format!("{of}: {from} to {to}, saw {value}, wanted {raw}");
                super::plain("scaled", format!("{detail}, limit {}", limit.name()))
            }
            Control::Scaled { what, .. } => match what {
                Scaled::Decided { .. } => unreachable!("it is matched before"),
                Scaled::Starting { agent } => self.by("starting", agent),
                Scaled::StartFailed { agent } => self.by("start_failed", agent),
                Scaled::Cancelled { agent } => self.by("start_cancelled", agent),
                Scaled::Retired { agent } => self.by("retired", agent),
                Scaled::Recalled { agent } => self.by("recalled", agent),
            },
            Control::Monitored { pool: of, agent, seen } => {
                let names = ["response", "success", "throughput", "error_rate", "memory", "cpu"];
                let values = names.iter().zip(seen.values());
                let seen: Vec<String> =
                    values.map(|(name, value)| format!("{name} {}", number(value))).collect();
                let agent = agent.and_then(|agent| self.agent(agent));
                let whose = if agent.is_none() { format!("{}: ", pool(of)) } else { String::new() };
                Row { agent, ..super::plain("monitored", whose + &seen.join(", ")) }
            }
            Control::Looked => super::plain("looked", String::new()),
            Control::Alerted { rule, about, state, value, .. } => {
                let rule = &self.scenario.alerts[rule as usize].name;
                let labels = about.labels(self.scenario);
                let labels: Vec<String> =
                    labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let about = labels.join(",");
                let detail = format!("{rule} {{{about}}} is {}", state.name());
                super::plain("alerted", format!("{detail}, saw {}", number(value)))
            }
            Control::Sampled { series, value } => {
                super::plain("sampled", format!("series {series} is {value}"))
            }
        }
    }
}

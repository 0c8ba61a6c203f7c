//! The levels of a pool that is scaled and the values of the monitor, worked out by hand.

use super::super::check::{agent, scaled, tell, watched_over};
use super::*;
use crate::base::id::PoolId;
use crate::mechanism::autoscale::Limit;
use crate::model::fact::{Control, Scaled, Seen};

fn decided(to: u32) -> Fact {
    scaled(Scaled::Decided { value: None, raw: None, from: 1, to, limit: Limit::None })
}

fn saw(response_mean_s: f64) -> Fact {
    let seen = Seen {
        response_mean_s: Some(response_mean_s),
        throughput_per_s: Some(0.5),
        ..Seen::default()
    };
    Fact::Control(Control::Monitored { pool: PoolId::new(1), agent: None, seen })
}

fn looked() -> Fact {
    Fact::Control(Control::Looked)
}

#[test]
fn levels_of_a_scaled_pool_and_of_the_monitor() {
    let scenario = watched_over();
    let mut series = Series::new(&scenario);
    let starting = |number| scaled(Scaled::Starting { agent: agent(number) });
    tell(
        &mut series,
        &[
            (0, Fact::CameOn { agent: agent(1) }),
            (15, decided(3)),
            (15, starting(2)),
            (15, starting(3)),
            (30, Fact::CameOn { agent: agent(2) }),
            (30, saw(9.0)),
            (30, looked()),
            (45, scaled(Scaled::StartFailed { agent: agent(3) })),
            (54, saw(4.0)),
            (54, looked()),
            (75, decided(1)),
            (75, scaled(Scaled::Retired { agent: agent(2) })),
            (90, Fact::Crashed { agent: agent(1), lost: 0 }),
            (96, scaled(Scaled::Recalled { agent: agent(2) })),
            (102, Fact::Repaired { agent: agent(1) }),
            (150, looked()),
            (180, Fact::Ended { in_flight: 0 }),
        ],
    );
    let names = Series::levels(&scenario);
    let level = |cell: usize, name: &str| {
        let place = names.iter().position(|known| known == name).expect("a level");
        series.cells()[cell].levels[place]
    };
    assert_eq!((series.cells().len(), series.cells()[0].levels.len()), (3, names.len()));
    // 15 s of 1 and 45 s of 3; then 15 s of 3 and 45 s of 1.
    assert_eq!((level(0, "pool.p.desired"), level(1, "pool.p.desired")), (2.5, 1.5));
    // Two start for 15 s, one of them for 15 s more.
    assert_eq!((level(0, "pool.p.starting"), level(1, "pool.p.starting")), (0.75, 0.0));
    // 30 s of 1, 30 s of 2; then 15 s of 2, 15 s of 1, 6 s of none, 6 s of 1, 18 s of 2.
    assert_eq!((level(0, "pool.p.ready"), level(1, "pool.p.ready")), (1.5, 87.0 / 60.0));
    // The agent that was told to go is still there.
    assert_eq!((level(0, "pool.p.agents"), level(1, "pool.p.agents")), (1.5, 2.0));
    assert_eq!(level(0, "pool.q.response_mean_s"), 4.0, "the last of the cell");
    assert_eq!(level(0, "pool.q.throughput_per_min"), 30.0);
    assert!(level(0, "pool.q.error_rate").is_nan() && level(0, "pool.p.cpu").is_nan());
    assert!(level(1, "pool.q.response_mean_s").is_nan(), "it did not look");
    assert_eq!(level(2, "pool.q.response_mean_s"), 4.0, "it saw what it had seen");
    assert!(!names.contains(&"pool.q.desired".to_string()), "it is not scaled");
}

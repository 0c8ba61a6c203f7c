//! Tests of reading an HPA: what it means, and what is wrong with it.

use std::collections::BTreeMap;

use super::*;
use crate::base::read::{Context, Document as Toml};
use crate::mechanism::autoscale::hpa::Spec;

/// What is read, and each mistake as its text in the file, its message and its help.
fn open(text: &str) -> (Option<Manifest>, Vec<[String; 3]>) {
    let files = BTreeMap::from([(String::from("hpa.yaml"), text.as_bytes().to_vec())]);
    let toml = Toml::parse("file = 'hpa.yaml'").unwrap();
    let context = Context::new(&files);
    let mut table = toml.root(&context).table().unwrap();
    let manifest = table.need("file");
    table.finish();
    let (mistakes, _) = context.finish();
    let shown = mistakes.into_iter().map(|mistake| {
        let at = text[mistake.inside.expect("it is in the file").place].to_string();
        [at, mistake.message, mistake.help.unwrap_or_default()]
    });
    (manifest, shown.collect())
}

fn read(text: &str) -> Manifest {
    let (manifest, mistakes) = open(text);
    assert_eq!(mistakes, Vec::<[String; 3]>::new());
    manifest.unwrap()
}

/// An HPA with these lines in its spec.
fn of(spec: &str) -> String {
    format!("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec:\n{spec}")
}

fn seconds(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

const WHOLE: &str = r#"apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 10
  metrics:
  - type: Resource
    resource:
      name: cpu
      target: {type: Utilization, averageUtilization: 60}
  - type: Pods
    pods:
      metric: {name: queue_length}
      target: {type: AverageValue, averageValue: 1500m}
  - type: Object
    object:
      describedObject: {kind: Ingress, name: main}
      metric: {name: arrival_rate}
      target: {type: Value, value: 2k}
  - type: External
    external:
      metric:
        name: wait_mean
        selector: {matchLabels: {queue: web}}
      target: {type: AverageValue, averageValue: "30"}
  behavior:
    scaleDown:
      stabilizationWindowSeconds: 60
      selectPolicy: Min
      tolerance: 0.05
      policies:
      - {type: Percent, value: 10, periodSeconds: 60}
      - {type: Pods, value: 5, periodSeconds: 120}
"#;

#[test]
fn an_hpa_is_read() {
    let manifest = read(WHOLE);
    assert_eq!((manifest.min, manifest.max), (2, 10));
    let measured = |metric, source, target| Measured { metric, source, target };
    assert_eq!(
        manifest.metrics,
        [
            measured(Metric::Utilisation, Source::Resource, Target::Utilisation(60)),
            measured(Metric::QueueLength, Source::Pods, Target::AverageValue(1_500)),
            measured(Metric::ArrivalRate, Source::Object, Target::Value(2_000_000)),
            measured(Metric::WaitMean, Source::External, Target::AverageValue(30_000)),
        ]
    );
    let behaviour = manifest.behaviour.unwrap();
    assert_eq!(behaviour.up, Behaviour::filled().up, "what is not written is filled in");
    let policy = |change, period| Policy { change, period: seconds(period) };
    let down = Rules {
        select: Select::Min,
        window: Some(seconds(60)),
        policies: vec![policy(Change::Percent(10), 60), policy(Change::Pods(5), 120)],
        tolerance: Some(0.05),
    };
    assert_eq!(behaviour.down, down);
}

#[test]
fn what_is_not_written_is_as_the_api_server_has_it() {
    let manifest = read(&of("  maxReplicas: 3\n"));
    let cpu = Target::Utilisation(80);
    assert_eq!((manifest.min, manifest.max, manifest.behaviour), (1, 3, None));
    assert_eq!(manifest.metrics[0].target, cpu);
    let manifest = read(&of("  maxReplicas: 3\n  behavior: {scaleUp: {selectPolicy: Disabled}}\n"));
    let Behaviour { up, down } = manifest.behaviour.unwrap();
    assert_eq!((up.select, up.window), (Select::Disabled, Some(seconds(0))));
    assert_eq!((up.policies.len(), down), (2, Behaviour::filled().down));
}

#[test]
fn a_scenario_gives_what_a_manifest_does_not_say() {
    let files = BTreeMap::from([(String::from("hpa.yaml"), WHOLE.as_bytes().to_vec())]);
    let read = |text: &str| {
        let toml = Toml::parse(&format!("x = {text}")).unwrap();
        let context = Context::new(&files);
        let mut table = toml.root(&context).table().unwrap();
        let spec: Option<Spec> = table.need("x");
        table.finish();
        (spec, context.finish().0)
    };
    let (spec, mistakes) = read("{ file = 'hpa.yaml', start = 4, every = '30s' }");
    assert_eq!(mistakes, []);
    let spec = spec.unwrap();
    assert_eq!((spec.scaling.min, spec.scaling.max, spec.scaling.at_start), (2, 10, 4));
    assert_eq!((spec.scaling.every, spec.window), (seconds(30), seconds(30)));
    assert_eq!((spec.metrics.len(), spec.behaviour.is_some()), (4, true));
    let (_, mistakes) = read("{ file = 'hpa.yaml', agents = { min = 1, max = 2 } }");
    assert_eq!(mistakes[0].message, "unknown key `x.agents`");
    let (spec, mistakes) = read("{ file = 'no.yaml', start = 40 }");
    assert_eq!((spec, mistakes.len()), (None, 1), "the bounds are not known");
}

/// The only mistake in an HPA with these lines in its spec.
fn wrong(spec: &str) -> [String; 3] {
    let (_, mut mistakes) = open(&of(spec));
    assert_eq!(mistakes.len(), 1, "{spec}: {mistakes:?}");
    mistakes.remove(0)
}

/// A metric with this body.
fn metric(body: &str) -> String {
    format!("  maxReplicas: 3\n  metrics:\n  - {body}\n")
}

#[test]
fn what_is_wrong_is_marked() {
    for (spec, at, message, help) in [
        ("  minReplicas: 2\n", "minReplicas: 2", "missing key `maxReplicas` in `spec`", ""),
        (
            "  minReplicas: 4\n  maxReplicas: 3\n",
            "3",
            "`spec.maxReplicas`: expected at least minReplicas, 4, found \"3\"",
            "",
        ),
        (
            "  minReplicas: 0\n  maxReplicas: 3\n",
            "0",
            "`spec.minReplicas`: expected a whole number of at least 1, found \"0\"",
            "",
        ),
        (
            "  maxReplicas: 3\n  behaviour: {}\n",
            "behaviour",
            "unknown key `spec.behaviour`",
            "did you mean `behavior`?",
        ),
        (
            "  maxReplicas: 3\n  behavior: {scaleUp: {policies: [{type: Pod, value: 1, \
             periodSeconds: 15}]}}\n",
            "Pod",
            "unknown type of policy `Pod`",
            "did you mean `Pods`?",
        ),
        (
            "  maxReplicas: 3\n  behavior: {scaleDown: {stabilizationWindowSeconds: 4000}}\n",
            "4000",
            "`spec.behavior.scaleDown.stabilizationWindowSeconds`: expected a whole number from 0 \
             to 3600, found \"4000\"",
            "",
        ),
    ] {
        assert_eq!(wrong(spec), [at, message, help], "{spec}");
    }
}

#[test]
fn metrics_that_cannot_be_are_marked() {
    for (body, at, message) in [
        (
            "{type: Resource, resource: {name: cpu, target: {type: Value, value: 1}}}",
            "Value",
            "`spec.metrics[0].resource.target.type`: expected Utilization or AverageValue for \
             this metric, found \"Value\"",
        ),
        (
            "{type: Resource, resource: {name: cpu, target: {type: Utilization}}}",
            "Utilization",
            "`spec.metrics[0].resource.target` needs `averageUtilization`",
        ),
        (
            "{type: Pods, pods: {metric: {name: queue_length}, target: {type: AverageValue, \
             averageValue: 2 k}}}",
            "2 k",
            "`spec.metrics[0].pods.target.averageValue`: expected a quantity above zero such as \
             500m or 2, found \"2 k\"",
        ),
        ("{type: Pods}", "Pods", "`spec.metrics[0]` needs `pods`"),
        (
            "{type: Resource, resource: {name: gpu, target: {type: Utilization, \
             averageUtilization: 5}}}",
            "gpu",
            "unknown resource `gpu`",
        ),
        (
            "{type: ContainerResource}",
            "ContainerResource",
            "unknown type of metric `ContainerResource`",
        ),
    ] {
        let [found, shown, _] = wrong(&metric(body));
        assert_eq!((found.as_str(), shown.as_str()), (at, message), "{body}");
    }
    let name = "{type: External, external: {metric: {name: rps}, target: {type: Value, value: 1}}}";
    let [at, message, help] = wrong(&metric(name));
    assert_eq!((at.as_str(), message.as_str()), ("rps", "unknown metric `rps`"));
    assert!(help.starts_with("known: `utilisation`, `queue_length`"), "{help}");
}

#[test]
fn a_file_without_the_one_hpa_is_marked() {
    let message = |text: &str| open(text).1.remove(0)[1].clone();
    assert_eq!(message(""), "the file is empty");
    let old = of("  maxReplicas: 3\n").replace("/v2", "/v1");
    assert_eq!(message(&old), "`apiVersion`: expected `autoscaling/v2`, found \"autoscaling/v1\"");
    let service = "kind: Service\n---\nkind: Pod\n";
    assert_eq!(message(service), "there is no HorizontalPodAutoscaler in the file");
    let twice = format!("{WHOLE}---\n{}", of("  maxReplicas: 3\n"));
    assert_eq!(message(&twice), "a second autoscaler in the file");
}

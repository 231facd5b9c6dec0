import Pipelines

@testable import Gates

/// A gate of a kind that tests do not care about.
func gate(
    _ name: String, required: Bool = true, line: Int = 3, demand: Gate.Demand? = nil
) -> Gate {
    Gate(
        name: name,
        demand: demand ?? .size(.init(path: "package", bounds: .init(max: 10))),
        isRequired: required,
        location: SourceLocation(file: "pipeline.yml", line: line, column: 5))
}

func answer(
    _ name: String, _ verdict: GateVerdict, required: Bool = true, found: String = "12 bytes"
) -> GateResult {
    GateResult(
        gate: gate(name, required: required), verdict: verdict, expected: "at most 10",
        found: found)
}

public import ParamValues
public import Pipelines

/// The answer of one gate, or of all together.
public enum GateVerdict: String, Sendable, CaseIterable {
    case pass, fail
    /// Neither is proven.
    case inconclusive
}

/// One gate with its answer.
public struct GateResult: Sendable, Equatable {
    /// What was asked.
    public var gate: Gate
    /// The answer.
    public var verdict: GateVerdict
    /// What was demanded, in a few words.
    public var expected: String
    /// What was found, one line.
    public var found: String
    /// Rows that would decide with the gate's power, if the observed rates are the true ones.
    public var rowsNeeded: Int?
    /// The end of what a command printed; "" for anything else.
    public var output = ""
    /// How long a command took, in seconds.
    public var seconds = 0.0
    /// The numbers behind the answer, for machines.
    public var numbers: [String: ParamValue] = [:]

    /// Creates an answer.
    public init(
        gate: Gate, verdict: GateVerdict, expected: String, found: String, rowsNeeded: Int? = nil
    ) {
        self.gate = gate
        self.verdict = verdict
        self.expected = expected
        self.found = found
        self.rowsNeeded = rowsNeeded
    }

    /// True where the answer is no pass and the gate is required.
    var isObstacle: Bool { verdict != .pass && gate.isRequired }
}

/// How the command of a gate ended.
public struct CheckOutcome: Sendable, Equatable {
    /// The exit code, or 128 and the number of the signal that ended it; nil where it took too long.
    public var status: Int32?
    /// How long it took, in seconds.
    public var seconds: Double
    /// The end of what it printed.
    public var output: String

    /// Creates an outcome.
    public init(status: Int32?, seconds: Double, output: String) {
        self.status = status
        self.seconds = seconds
        self.output = output
    }
}

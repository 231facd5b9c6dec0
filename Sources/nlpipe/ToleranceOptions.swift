import ArgumentParser
import History

/// Which differences of numbers are no changes.
struct ToleranceOptions: ParsableArguments {
    @Option(help: "Numbers that differ by this or less are equal.")
    var atol = 0.0
    @Option(help: "Numbers that differ by this share of the old one or less are equal.")
    var rtol = 0.0

    func validate() throws {
        for (name, value) in [("--atol", atol), ("--rtol", rtol)]
        where !(value >= 0 && value.isFinite) {
            throw ValidationError("'\(name)' is \(value); expected 0 or more")
        }
    }

    /// Whether both sides are numbers and equal within the tolerance.
    func covers(_ change: ValueChange) -> Bool {
        guard let difference = change.difference, let old = change.old?.number else { return false }
        return abs(difference) <= atol + rtol * abs(old)
    }
}

import History
import ParamValues
import Pipelines

/// What is said of gates.
enum GateWords {
    private static func number(_ value: Double, _ precision: Int = 5) -> String {
        DecimalText.text(value, precision: precision)
    }
    private static func percent(_ share: Double) -> String { "\(number(100 * share, 2)) %" }
    private static func points(_ share: Double) -> String {
        (share > 0 ? "+" : "") + number(100 * share, 2)
    }
    private static func place(_ revision: String?) -> String {
        revision.map { "revision '\($0)'" } ?? "the working folder"
    }

    // MARK: - What is demanded

    static func bounds(_ bounds: Gate.Bounds) -> String { range(bounds) { number($0, 6) } }

    static func sizes(_ bounds: Gate.Bounds) -> String { range(bounds, bytes) }

    private static func range(_ bounds: Gate.Bounds, _ text: (Double) -> String) -> String {
        switch (bounds.min, bounds.max) {
        case (let min?, let max?): "\(text(min)) to \(text(max))"
        case (let min?, nil): "at least \(text(min))"
        case (nil, let max?): "at most \(text(max))"
        case (nil, nil): "a number"
        }
    }

    static func accuracy(_ bound: Gate.AccuracyBound) -> String {
        "more than \(percent(bound.min)) right (alpha \(number(bound.alpha)))"
    }

    static func regression(_ bound: Gate.RegressionBound) -> String {
        "less than \(number(100 * bound.margin, 4)) points lost (alpha \(number(bound.alpha)), "
            + "power \(number(bound.power)))"
    }

    static func command(_ check: Gate.Check) -> String { "status 0 of '\(check.command)'" }

    // MARK: - What is found

    static func plain(_ key: String, _ value: Double) -> String { "\(key) is \(number(value, 6))" }

    static func ratio(
        _ key: String, over other: String?, revision: String?, _ ratio: Double,
        parts: (Double, Double)
    ) -> String {
        let divisor = other ?? "that of \(revision ?? "")"
        return "\(key) over \(divisor) is \(number(ratio)) "
            + "(\(number(parts.0, 6)) / \(number(parts.1, 6)))"
    }

    static func accuracy(_ test: SmallestAccuracy) -> String {
        "\(percent(test.accuracy)) of \(test.rows) rows (\(percent(test.confidence)): "
            + "\(number(100 * test.interval.low, 2)) to \(number(100 * test.interval.high, 2)))"
            + needed(test.rowsNeeded, test.verdict)
    }

    static func regression(
        _ test: LargestRegression, _ bound: Gate.RegressionBound, _ revision: String?, leftOut: Int
    ) -> String {
        let other = [bound.reference, revision].compactMap(\.self).joined(separator: " of ")
        let counts = test.outcomes
        var text =
            "\(points(counts.difference)) points against \(other) "
            + "(\(percent(test.confidence)): \(points(test.interval.low)) to "
            + "\(points(test.interval.high))); \(counts.gained) gained, \(counts.lost) lost of "
            + "\(counts.rows) rows"
        if leftOut > 0 { text += ", \(leftOut) answers left out" }
        return text + needed(test.rowsNeeded, test.verdict)
    }

    private static func needed(_ rows: Int?, _ verdict: GateVerdict) -> String {
        guard verdict == .inconclusive else { return "" }
        return rows.map { "; \($0) rows would decide" } ?? "; no number of rows would decide"
    }

    static func size(_ path: String, _ count: Int) -> String {
        "\(path) has \(bytes(Double(count))) (\(count) bytes)"
    }

    static func ending(_ outcome: CheckOutcome?, _ check: Gate.Check) -> String {
        guard let outcome else { return "not run" }
        guard let status = outcome.status else {
            return "stopped after \(check.timeout.components.seconds) s"
        }
        return "ended with status \(status) after \(number(outcome.seconds, 1)) s"
    }

    // MARK: - What is missing

    static func noFile(_ path: String, _ revision: String?) -> String {
        "'\(path)' is not in \(place(revision))"
    }

    static func unreadable(_ path: String, _ revision: String?, _ problem: String) -> String {
        let first = problem.split(separator: "\n").first.map(String.init) ?? ""
        return "'\(path)' of \(place(revision)) cannot be read: \(first)"
    }

    static func noKey(_ number: Gate.Number, _ revision: String?, _ keys: [String]) -> String {
        let hint = Suggestion.hint(for: number.key, among: keys).map { "; \($0)" } ?? ""
        return "'\(number.file)' of \(place(revision)) has no '\(number.key)'\(hint)"
    }

    static func noNumber(_ number: Gate.Number, _ revision: String?, _ value: ParamValue) -> String
    {
        "'\(number.key)' of '\(number.file)' is \(value.kindName) in \(place(revision))"
    }

    static func noPredictions(_ path: String, _ revision: String?, _ problem: String?) -> String {
        let what = problem.map { ": \($0)" } ?? ""
        let hint = revision == nil ? "" : "; they are read from git and the cache"
        return "no predictions at '\(path)' in \(place(revision))\(what)\(hint)"
    }

    static func noCommonRows(_ path: String, _ revision: String?) -> String {
        "no row has the same id and label in '\(path)' of \(place(revision))"
    }

    // MARK: - All together

    static func count(_ results: [GateResult]) -> String {
        let parts = GateVerdict.allCases.compactMap { verdict -> String? in
            let count = results.count { $0.verdict == verdict }
            let verb = verdict == .inconclusive ? "inconclusive" : verdict.rawValue
            return count == 0 ? nil : "\(count) \(verb)"
        }
        return parts.joined(separator: ", ")
    }

    static func outdated(_ stages: [String]) -> String {
        let names = stages.map { "'\($0)'" }.joined(separator: ", ")
        return "not up to date: \(names); what is judged is not what 'nlpipe repro' would make"
    }

    private static func bytes(_ count: Double) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var (value, unit) = (count, 0)
        while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        return "\(number(value, unit == 0 ? 0 : 2)) \(units[unit])"
    }
}

import Foundation
import ParamValues

/// A history of metrics for reading, and for machines.
public struct MetricLogReport: Sendable {
    private let log: MetricLog
    private let precision: Int

    /// Creates a report; numbers of tables have `precision` decimals.
    public init(_ log: MetricLog, precision: Int = 5) {
        self.log = log
        self.precision = precision
    }

    /// A line for every metric with its course, then, where `showsMoments`, one for every moment.
    public func text(md: Bool, showsMoments: Bool) -> String {
        let tables = [courses] + (showsMoments ? [table] : [])
        return tables.map { md ? $0.markdown : $0.plain }.joined(separator: "\n\n")
    }

    private var courses: TextTable {
        TextTable(
            header: ["Metric", "Course", "First", "Last", "Change", "Least", "Most"],
            rows: log.places.map { place in
                let series = log.series(place)
                let known = series.compactMap(\.self)
                let (first, last) = (known.first, known.last)
                let change = first.flatMap { first in last.map { $0 - first } }
                return [
                    "\(place.file):\(place.key)", course(series), number(first),
                    number(last), signed(change), number(known.min()), number(known.max()),
                ]
            }, leftColumns: 2)
    }

    private var table: TextTable {
        let moments = log.moments
        return TextTable(
            header: ["Revision", "Date", "What changed"] + log.places.map(\.key),
            rows: moments.map { moment in
                let changed =
                    moment.change.map { $0.isEmpty ? "nothing that is recorded" : $0.text() } ?? "-"
                return [moment.name, Self.date(moment.commit), changed]
                    + log.places.map { cell(moment.values[$0]) }
            }, leftColumns: 3)
    }

    private func cell(_ reading: MetricLog.Reading?) -> String {
        guard let reading else { return "-" }
        guard let interval = reading.interval else { return number(reading.value) }
        return
            "\(number(reading.value)) (\(number(interval.low, 3)) to \(number(interval.high, 3)))"
    }

    private func number(_ value: Double?, _ digits: Int? = nil) -> String {
        value.map { DecimalText.text($0, precision: min(precision, digits ?? precision)) } ?? "-"
    }

    private func signed(_ value: Double?) -> String {
        guard let value else { return "-" }
        return (value > 0 ? "+" : "") + number(value)
    }

    /// A gap where the metric was not there; of long series the newest.
    private func course(_ series: [Double?]) -> String {
        Sparkline.text(series.map { $0 ?? .nan }, width: 60)
    }

    private static func date(_ commit: Commit?) -> String {
        guard let commit else { return "now" }
        return Date(timeIntervalSince1970: Double(commit.time)).formatted(
            .iso8601.year().month().day())
    }

    private static func time(_ commit: Commit) -> String {
        Date(timeIntervalSince1970: Double(commit.time)).formatted(.iso8601)
    }

    /// `[{"commit", "time", "summary", "dirty", "patch", "metrics": {file: {key: {"value",
    /// "interval"}}}, "changed": {"params", "code", "data"}}]`, newest first.
    public var json: String {
        ParamValue.list(
            log.moments.map { moment in
                var files: [String: [String: ParamValue]] = [:]
                for place in log.places {
                    guard let reading = moment.values[place] else { continue }
                    files[place.file, default: [:]][place.key] = .object([
                        "value": .double(reading.value),
                        "interval": reading.interval.map {
                            .list([.double($0.low), .double($0.high)])
                        } ?? .null,
                    ])
                }
                return .object([
                    "commit": moment.commit.map { .string($0.id) } ?? .null,
                    "time": moment.commit.map { .string(Self.time($0)) } ?? .null,
                    "summary": moment.commit.map { .string($0.summary) } ?? .null,
                    "dirty": .bool(moment.commit == nil),
                    "patch": moment.patch.map(ParamValue.string) ?? .null,
                    "metrics": .object(files.mapValues(ParamValue.object)),
                    "changed": moment.change?.json ?? .null,
                ])
            }
        ).canonicalText
    }

    /// A line for every value, newest first, below a header; RFC 4180.
    public var csv: String {
        let header = [
            "commit", "time", "dirty", "patch", "file", "metric", "value", "low", "high", "changed",
        ]
        let lines = log.moments.flatMap { moment in
            log.places.compactMap { place -> [String]? in
                guard let reading = moment.values[place] else { return nil }
                let interval = reading.interval
                return [
                    moment.commit?.id ?? "", moment.commit.map(Self.time) ?? "",
                    moment.commit == nil ? "true" : "false", moment.patch ?? "", place.file,
                    place.key, exact(reading.value), interval.map { exact($0.low) } ?? "",
                    interval.map { exact($0.high) } ?? "",
                    moment.change?.text(most: .max) ?? "",
                ]
            }
        }
        return ([header] + lines).map { $0.map(Self.field).joined(separator: ",") }
            .joined(separator: "\n")
    }

    private func exact(_ value: Double) -> String { ParamValue.double(value).canonicalText }

    private static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}

import ParamValues

/// Reads the top-level `gates`.
struct GateReader {
    /// The keys that say what a gate looks at, with the keys that may stand beside each.
    static let kinds: [(subject: String, keys: [String])] = [
        ("metric", ["file", "over", "against", "min", "max"]),
        ("predictions", ["min", "reference", "against", "margin", "alpha", "power"]),
        ("path", ["min", "max"]),
        ("cmd", ["timeout"]),
    ]
    static let commonKeys = ["desc", "required"]
    static let usualMargin = 0.015
    static let usualAlpha = 0.05
    static let usualPower = 0.8
    static let usualTimeout = Duration.seconds(600)

    /// The folder of the pipeline file.
    let folder: String

    func gates(_ value: Located?, findings: inout Findings) -> [Gate] {
        guard let value, !value.isNull, !value.isUnknown else { return [] }
        guard let entries = value.entries else {
            findings.addWrongType(
                "'gates'", expected: "a map of names to gates", found: value,
                hint: value.list == nil ? nil : "write 'name:' instead of '- name'")
            return []
        }
        return entries.compactMap { gate($0, findings: &findings) }
    }

    private func gate(_ entry: Located.Entry, findings: inout Findings) -> Gate? {
        let place = "gate \(quoted(entry.key))"
        guard !entry.value.isUnknown, isName(entry, findings: &findings) else { return nil }
        guard let fields = entry.value.entries else {
            findings.addWrongType(
                place, expected: "a map such as {file: m.json, metric: accuracy, min: 0.8}",
                found: entry.value)
            return nil
        }
        let subjects = GateReader.kinds.filter { entry.value[$0.subject] != nil }
        guard let kind = subjects.first, subjects.count == 1 else {
            let names = GateReader.kinds.map { "'\($0.subject)'" }.joined(separator: ", ")
            findings.add(
                at: entry.keyLocation,
                "\(place) looks at \(subjects.isEmpty ? "nothing" : "more than one thing")",
                facts: [.init("expected", "one of \(names)")],
                hint: GateReader.misspelt(fields))
            return nil
        }
        let allowed = [kind.subject] + kind.keys + GateReader.commonKeys
        for field in fields where !allowed.contains(field.key) {
            findings.addUnknownKey(field, in: place, allowed: allowed)
        }
        let values = GateFields(
            place: place, entry: entry, paths: PathReader(place: place, folder: folder))
        let demand: Gate.Demand?
        switch kind.subject {
        case "metric": demand = values.number(&findings).map(Gate.Demand.number)
        case "predictions": demand = values.comparison(&findings)
        case "path": demand = values.size(&findings).map(Gate.Demand.size)
        default: demand = values.check(folder: folder, &findings).map(Gate.Demand.command)
        }
        let isRequired = values.flag("required", default: true, &findings)
        let description = values.text("desc", &findings)
        guard let demand else { return nil }
        return Gate(
            name: entry.key, demand: demand, isRequired: isRequired, description: description,
            location: entry.keyLocation,
            places: Dictionary(
                fields.map { ($0.key, $0.value.location) }, uniquingKeysWith: { first, _ in first })
        )
    }

    private func isName(_ entry: Located.Entry, findings: inout Findings) -> Bool {
        let isPlain = !entry.key.unicodeScalars.contains {
            [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
        }
        if isPlain, !entry.key.isEmpty, entry.key.utf8.count <= 100 { return true }
        findings.add(
            at: entry.keyLocation, "\(quoted(entry.key)) is no name for a gate",
            facts: [.init("expected", "1 to 100 bytes on one line")])
        return false
    }

    /// A hint for a subject that is written wrongly.
    private static func misspelt(_ fields: [Located.Entry]) -> String? {
        let known = kinds.flatMap { [$0.subject] + $0.keys } + commonKeys
        return fields.lazy.filter { !known.contains($0.key) }.compactMap {
            Suggestion.hint(for: $0.key, among: kinds.map(\.subject))
        }.first
    }
}

import ParamValues

/// The values of one gate, each checked where it is read.
struct GateFields {
    let place: String
    let entry: Located.Entry
    let paths: PathReader

    private func value(_ key: String) -> Located? {
        guard let value = entry.value[key]?.value, !value.isUnknown else { return nil }
        return value
    }

    // MARK: - What a gate demands

    func number(_ findings: inout Findings) -> Gate.NumberBound? {
        let bounds = bounds(&findings) { self.real($0, $1, &$2) }
        guard let key = text("metric", &findings) else { return nil }
        guard entry.value["file"] != nil else {
            findings.add(
                at: entry.keyLocation, "\(place) does not say which file has the metric",
                hint: "add 'file: metrics.json'")
            return nil
        }
        guard let file = path("file", &findings) else { return nil }
        let over = self.over(file, &findings)
        if let other = entry.value["over"], entry.value["against"] != nil {
            findings.add(
                at: other.keyLocation, "\(place) has both 'over' and 'against'",
                hint: "a ratio has two sides: divide by another metric or by an earlier value")
        }
        guard let bounds else { return nil }
        return Gate.NumberBound(
            number: .init(file: file, key: key), over: over,
            against: text("against", &findings), bounds: bounds)
    }

    func comparison(_ findings: inout Findings) -> Gate.Demand? {
        let alpha = chance("alpha", GateReader.usualAlpha, 0, 0.5, &findings)
        let power = chance("power", GateReader.usualPower, alpha, 1, &findings)
        let margin = points(&findings)
        let reference = path("reference", &findings)
        let against = text("against", &findings)
        guard let predictions = path("predictions", &findings) else { return nil }
        let compares = entry.value["against"] != nil || entry.value["reference"] != nil
        guard let min = entry.value["min"] else {
            if compares {
                return .regression(
                    .init(
                        predictions: predictions, reference: reference, against: against,
                        margin: margin, alpha: alpha, power: power))
            }
            findings.add(
                at: entry.keyLocation, "\(place) compares the predictions with nothing",
                facts: [.init("expected", "'against', 'reference' or 'min'")],
                hint: "'against: main' and 'margin: 1' allow a loss of one point")
            return nil
        }
        if compares || entry.value["margin"] != nil {
            findings.add(
                at: min.keyLocation, "\(place) has both a smallest accuracy and a comparison",
                hint: "make two gates of it")
            return nil
        }
        guard let share = real(min.value, "'min'", &findings) else { return nil }
        guard share > 0, share < 1 else {
            add(min.value, "'min' of \(place) is no share", "above 0 and below 1", &findings)
            return nil
        }
        return .accuracy(.init(predictions: predictions, min: share, alpha: alpha, power: power))
    }

    func size(_ findings: inout Findings) -> Gate.SizeBound? {
        let bounds = bounds(&findings) { value, what, findings in
            let bytes: Double?
            switch value.content {
            case .scalar(.int(let count)): bytes = count >= 0 ? Double(count) : nil
            case .scalar(.string(let text)): bytes = Quantity.bytes(text).map(Double.init)
            default: bytes = nil
            }
            if bytes == nil {
                self.add(
                    value, "\(what) of \(self.place) is no amount of bytes",
                    "bytes, or a number with kB, MB, GB, KiB, MiB or GiB", &findings)
            }
            return bytes
        }
        guard let path = path("path", &findings), let bounds else { return nil }
        return Gate.SizeBound(path: path, bounds: bounds)
    }

    func check(folder: String, _ findings: inout Findings) -> Gate.Check? {
        var limit = GateReader.usualTimeout
        if let value = value("timeout") {
            limit = LimitsReader(place: place).timeout(value, findings: &findings) ?? limit
        }
        guard let command = text("cmd", &findings) else { return nil }
        return Gate.Check(command: command, folder: folder, timeout: limit)
    }

    // MARK: - Single values

    func flag(_ key: String, default usual: Bool, _ findings: inout Findings) -> Bool {
        guard let value = value(key) else { return usual }
        if let flag = value.bool { return flag }
        findings.addWrongType(
            "\(quoted(key)) of \(place)", expected: "true or false", found: value)
        return usual
    }

    func text(_ key: String, _ findings: inout Findings) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else {
            findings.addWrongType("\(quoted(key)) of \(place)", expected: "a text", found: value)
            return nil
        }
        let isBlank = text.allSatisfy(\.isWhitespace)
        if isBlank || text.utf8.contains(0) {
            add(value, "\(quoted(key)) of \(place) is empty", "a text", &findings)
            return nil
        }
        return text
    }

    private func path(_ key: String, _ findings: inout Findings) -> String? {
        guard let text = text(key, &findings), let value = value(key) else { return nil }
        return paths.normalise(text, key, at: value.location, findings: &findings)
    }

    /// `over: key` of the same file, or `over: {file: …, metric: …}`.
    private func over(_ file: String, _ findings: inout Findings) -> Gate.Number? {
        guard let value = value("over") else { return nil }
        if let key = value.string { return Gate.Number(file: file, key: key) }
        guard let fields = value.entries, let key = value["metric"]?.value.string else {
            findings.addWrongType(
                "'over' of \(place)", expected: "a metric, or {file: metrics.json, metric: a.b}",
                found: value)
            return nil
        }
        for field in fields where !["file", "metric"].contains(field.key) {
            findings.addUnknownKey(field, in: "'over' of \(place)", allowed: ["file", "metric"])
        }
        guard let other = value["file"]?.value else { return Gate.Number(file: file, key: key) }
        guard let text = other.string else {
            findings.addWrongType("'file' of \(place)", expected: "a path", found: other)
            return nil
        }
        return paths.normalise(text, "file", at: other.location, findings: &findings)
            .map { Gate.Number(file: $0, key: key) }
    }

    private func bounds(
        _ findings: inout Findings,
        _ read: (Located, String, inout Findings) -> Double?
    ) -> Gate.Bounds? {
        guard entry.value["min"] != nil || entry.value["max"] != nil else {
            findings.add(
                at: entry.keyLocation, "\(place) has no bound",
                facts: [.init("expected", "'min', 'max' or both")])
            return nil
        }
        let low = value("min").flatMap { read($0, "'min'", &findings) }
        let high = value("max").flatMap { read($0, "'max'", &findings) }
        if let low, let high, low > high, let value = value("max") {
            add(value, "'max' of \(place) is below 'min'", "\(low) or more", &findings)
            return nil
        }
        return low == nil && high == nil ? nil : Gate.Bounds(min: low, max: high)
    }

    private func real(_ value: Located, _ what: String, _ findings: inout Findings) -> Double? {
        switch value.content {
        case .scalar(.int(let number)): return Double(number)
        case .scalar(.double(let number)) where number.isFinite: return number
        default:
            findings.addWrongType("\(what) of \(place)", expected: "a number", found: value)
            return nil
        }
    }

    /// A probability between two others, neither included.
    private func chance(
        _ key: String, _ usual: Double, _ low: Double, _ high: Double, _ findings: inout Findings
    ) -> Double {
        guard let value = value(key), let chance = real(value, "'\(key)'", &findings) else {
            return usual
        }
        if chance > low, chance < high { return chance }
        add(value, "'\(key)' of \(place) is no chance", "above \(low), below \(high)", &findings)
        return usual
    }

    /// The margin in points, as a share.
    private func points(_ findings: inout Findings) -> Double {
        guard let value = value("margin"), let points = real(value, "'margin'", &findings) else {
            return GateReader.usualMargin
        }
        if points > 0, points < 100 { return points / 100 }
        add(value, "'margin' of \(place) is no loss", "points above 0, below 100", &findings)
        return GateReader.usualMargin
    }

    private func add(
        _ value: Located, _ message: String, _ expected: String, _ findings: inout Findings
    ) {
        findings.add(
            at: value.location, message,
            facts: [.init("expected", expected), .init("found", value.summary)])
    }
}

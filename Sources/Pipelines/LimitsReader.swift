import ParamValues

/// Reads how one stage is run: `resources`, `mutex`, `timeout` and `retries`.
struct LimitsReader {
    static let mostThreads = 4096
    static let mostAttempts = 100

    /// What messages call the stage.
    let place: String

    func resources(_ value: Located?, findings: inout Findings) -> Resources {
        var resources = Resources()
        guard let value, !value.isNull else { return resources }
        let names = ["threads", "memory"]
        for entry in fields(value, "resources", "{threads: 4, memory: 2GiB}", &findings) {
            switch entry.key {
            case "threads":
                resources.threads = count(
                    entry.value, "'threads'", in: 1...LimitsReader.mostThreads, &findings)
            case "memory": resources.memory = memory(entry.value, &findings)
            default:
                findings.addUnknownKey(entry, in: "'resources' of \(place)", allowed: names)
            }
        }
        return resources
    }

    /// The groups of which one stage runs at a time: a name, or a list of names.
    func mutex(_ value: Located?, findings: inout Findings) -> [String] {
        guard let value, !value.isNull else { return [] }
        var names: [String] = []
        for item in value.list ?? [value] where !item.isUnknown {
            guard let name = item.string, !name.isEmpty,
                !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else {
                add(
                    item, "'mutex' of \(place) needs names",
                    expected: "a name or a list of names, such as gpu", &findings)
                continue
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    func timeout(_ value: Located?, findings: inout Findings) -> Duration? {
        guard let value, !value.isNull else { return nil }
        guard let time = duration(value, "'timeout'", &findings) else { return nil }
        if time > .zero { return time }
        add(value, "'timeout' of \(place) leaves no time", expected: "more than 0s", &findings)
        return nil
    }

    func retries(_ value: Located?, findings: inout Findings) -> Retries {
        var retries = Retries()
        guard let value, !value.isNull, !value.isUnknown else { return retries }
        let attempts = 0...LimitsReader.mostAttempts
        if value.entries == nil {
            retries.attempts = count(value, "'retries'", in: attempts, &findings) ?? 0
            return retries
        }
        var said = false
        let names = ["attempts", "delay", "backoff"]
        for entry in value.entries ?? [] {
            switch entry.key {
            case "attempts":
                said = true
                retries.attempts = count(entry.value, "'attempts'", in: attempts, &findings) ?? 0
            case "delay":
                retries.delay = duration(entry.value, "'delay'", &findings) ?? retries.delay
            case "backoff": retries.backoff = factor(entry.value, &findings) ?? retries.backoff
            default: findings.addUnknownKey(entry, in: "'retries' of \(place)", allowed: names)
            }
        }
        if !said {
            add(
                value, "'retries' of \(place) needs 'attempts'",
                expected: "{attempts: 3, delay: 10s, backoff: 2}", &findings)
        }
        return retries
    }

    private func fields(
        _ value: Located, _ key: String, _ example: String, _ findings: inout Findings
    ) -> [Located.Entry] {
        if let entries = value.entries { return entries }
        findings.addWrongType(
            "'\(key)' of \(place)", expected: "a map such as \(example)", found: value)
        return []
    }

    private func count(
        _ value: Located, _ what: String, in range: ClosedRange<Int>, _ findings: inout Findings
    ) -> Int? {
        if case .scalar(.int(let count)) = value.content, range.contains(count) { return count }
        add(
            value, "\(what) of \(place) is no valid number",
            expected: "an integer from \(range.lowerBound) to \(range.upperBound)", &findings)
        return nil
    }

    private func memory(_ value: Located, _ findings: inout Findings) -> Int? {
        let bytes: Int?
        switch value.content {
        case .scalar(.int(let count)): bytes = count > 0 ? count : nil
        case .scalar(.string(let text)): bytes = Quantity.bytes(text)
        default: bytes = nil
        }
        if bytes == nil {
            add(
                value, "'memory' of \(place) is no amount of memory",
                expected: "bytes, or a number with kB, MB, GB, TB, KiB, MiB, GiB or TiB", &findings)
        }
        return bytes
    }

    private func duration(
        _ value: Located, _ what: String, _ findings: inout Findings
    ) -> Duration? {
        let time: Duration?
        switch value.content {
        case .scalar(.int(let seconds)): time = Quantity.duration(seconds: Double(seconds))
        case .scalar(.double(let seconds)): time = Quantity.duration(seconds: seconds)
        case .scalar(.string(let text)): time = Quantity.duration(text)
        default: time = nil
        }
        if time == nil {
            add(
                value, "\(what) of \(place) is no span of time",
                expected: "seconds, or a text such as 90s, 1h30m, 2d or 500ms", &findings)
        }
        return time
    }

    private func factor(_ value: Located, _ findings: inout Findings) -> Double? {
        switch value.content {
        case .scalar(.int(let factor)) where (1...1000).contains(factor): return Double(factor)
        case .scalar(.double(let factor)) where (1...1000).contains(factor): return factor
        default:
            add(
                value, "'backoff' of \(place) is no factor",
                expected: "a number from 1 to 1000", &findings)
            return nil
        }
    }

    private func add(
        _ value: Located, _ message: String, expected: String, _ findings: inout Findings
    ) {
        guard !value.isUnknown else { return }
        findings.add(
            at: value.location, message,
            facts: [.init("expected", expected), .init("found", value.summary)])
    }
}

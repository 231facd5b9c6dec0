public import ParamValues

/// What results were made from at one moment, as far as it is recorded.
public struct InputState: Sendable, Equatable {
    /// Parameter → value; its key is `file:key`, or the key alone in `params.yaml`.
    public var params: [String: ParamValue]
    /// Stage → digest or text of what it does.
    public var code: [String: String]
    /// Path → digest of what no stage makes.
    public var data: [String: String]

    /// Creates a state.
    public init(
        params: [String: ParamValue] = [:], code: [String: String] = [:],
        data: [String: String] = [:]
    ) {
        self.params = params
        self.code = code
        self.data = data
    }

    /// Adds the values of a parameters file.
    public mutating func add(_ file: ValueFile, plain: Bool) {
        for entry in file.entries {
            params[plain ? entry.key : "\(file.path):\(entry.key)"] = entry.value
        }
    }
}

/// What differs between two moments.
public struct InputChange: Sendable, Equatable {
    /// Changed parameters by name.
    public var params: [(name: String, old: ParamValue?, new: ParamValue?)]
    /// Stages that do something else, by name.
    public var code: [String]
    /// Paths with another content, by name.
    public var data: [String]

    /// Compares two states; what only one of them has counts as changed.
    public init(from old: InputState, to new: InputState) {
        func keys<Value>(_ a: [String: Value], _ b: [String: Value]) -> [String] {
            Set(a.keys).union(b.keys).sorted()
        }
        params = keys(old.params, new.params).filter { old.params[$0] != new.params[$0] }
            .map { ($0, old.params[$0], new.params[$0]) }
        code = keys(old.code, new.code).filter { old.code[$0] != new.code[$0] }
        data = keys(old.data, new.data).filter { old.data[$0] != new.data[$0] }
    }

    /// Nothing that is recorded.
    public var isEmpty: Bool { params.isEmpty && code.isEmpty && data.isEmpty }

    /// `params: a 1 → 2, b 3 → 4; code: distill; data: data/raw.csv`, each list cut to `most` names.
    public func text(most: Int = 3) -> String {
        func list(_ name: String, _ items: [String]) -> String? {
            guard !items.isEmpty else { return nil }
            let more = items.count > most ? " and \(items.count - most) more" : ""
            return "\(name): \(items.prefix(most).joined(separator: ", "))\(more)"
        }
        let values = params.map { change in
            let sides = [change.old, change.new].map { value in
                let text = value.map(\.displayText) ?? "-"
                return text.count > 24 ? "\(text.prefix(23))…" : text
            }
            return "\(change.name) \(sides[0]) → \(sides[1])"
        }
        return [list("params", values), list("code", code), list("data", data)]
            .compactMap(\.self).joined(separator: "; ")
    }

    /// `{"params": {name: {"old", "new"}}, "code": [stages], "data": [paths]}`.
    var json: ParamValue {
        let values = params.map { change in
            (
                change.name,
                ParamValue.object(["old": change.old ?? .null, "new": change.new ?? .null])
            )
        }
        return .object([
            "params": .object(Dictionary(values, uniquingKeysWith: { first, _ in first })),
            "code": .list(code.map(ParamValue.string)), "data": .list(data.map(ParamValue.string)),
        ])
    }

    /// Equal where they say the same.
    public static func == (a: InputChange, b: InputChange) -> Bool {
        a.code == b.code && a.data == b.data && a.params.count == b.params.count
            && zip(a.params, b.params).allSatisfy { $0 == $1 }
    }
}

import ParamValues

/// A value of a YAML file together with the place where it was written.
struct Located: Sendable {
    indirect enum Content: Sendable {
        case scalar(ParamValue)
        case list([Located])
        case map([Entry])
        /// Something that was found to be wrong already: no more is said about it.
        case unknown
    }

    struct Entry: Sendable {
        var key: String
        var keyLocation: SourceLocation
        var value: Located
    }

    var content: Content
    var location: SourceLocation

    init(_ content: Content, at location: SourceLocation) {
        self.content = content
        self.location = location
    }

    /// A parameter's value put where an expression stood: all its parts are at that place.
    init(_ value: ParamValue, at location: SourceLocation) {
        self.location = location
        switch value {
        case .list(let values): content = .list(values.map { Located($0, at: location) })
        case .map(let map):
            content = .map(
                map.map { key, value in
                    Entry(key: key, keyLocation: location, value: Located(value, at: location))
                })
        default: content = .scalar(value)
        }
    }

    var value: ParamValue {
        switch content {
        case .scalar(let value): value
        case .list(let values): .list(values.map(\.value))
        case .unknown: .null
        case .map(let entries):
            .map(.init(entries.map { ($0.key, $0.value.value) }, uniquingKeysWith: { $1 }))
        }
    }

    var string: String? {
        guard case .scalar(.string(let text)) = content else { return nil }
        return text
    }

    var bool: Bool? {
        guard case .scalar(.bool(let value)) = content else { return nil }
        return value
    }

    var list: [Located]? {
        guard case .list(let values) = content else { return nil }
        return values
    }

    var entries: [Entry]? {
        guard case .map(let entries) = content else { return nil }
        return entries
    }

    var isNull: Bool {
        guard case .scalar(.null) = content else { return false }
        return true
    }

    var isUnknown: Bool {
        guard case .unknown = content else { return false }
        return true
    }

    subscript(_ key: String) -> Entry? { entries?.first { $0.key == key } }

    /// The kind of value, and the value itself where it is short: `the integer 3`.
    var summary: String {
        switch content {
        case .list(let values): values.isEmpty ? "an empty list" : "a list"
        case .map(let entries): entries.isEmpty ? "an empty map" : "a map"
        case .scalar(.null), .unknown: "nothing"
        case .scalar(.string(let text)): "the string \(quoted(text))"
        case .scalar(.int(let value)): "the integer \(value)"
        case .scalar(let value): value.displayText
        }
    }

    /// About how many bytes the value takes, for the cap on what templates make.
    var weight: Int {
        switch content {
        case .list(let values): values.reduce(16) { $0 + $1.weight }
        case .map(let entries): entries.reduce(16) { $0 + $1.key.utf8.count + $1.value.weight }
        case .scalar(.string(let text)): 16 + text.utf8.count
        case .scalar, .unknown: 16
        }
    }
}

extension ParamValue {
    /// Like `Located.weight`.
    var weight: Int {
        switch self {
        case .list(let values): values.reduce(16) { $0 + $1.weight }
        case .map(let map): map.reduce(16) { $0 + $1.key.utf8.count + $1.value.weight }
        case .string(let text): 16 + text.utf8.count
        default: 16
        }
    }
}

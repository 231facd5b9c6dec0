import ParamValues
import Synchronization

/// Decodes from a parameter value, and notices which keys of a map nothing asked for.
struct ValueDecoder: Decoder {
    let value: ParamValue
    /// Keys from the top of the parameters to this value.
    let path: [String]
    let stage: String
    let asked = Asked()

    let userInfo: [CodingUserInfoKey: Any] = [:]
    var codingPath: [any CodingKey] { path.map(ParameterKey.init) }

    /// The keys that a type asked this value for.
    ///
    /// Types ask from one thread, a few times.
    final class Asked: Sendable {
        private let keys = Mutex<Set<String>?>(nil)

        func add(_ key: String?) {
            keys.withLock { keys in
                var known = keys ?? []
                if let key { known.insert(key) }
                keys = known
            }
        }

        var all: Set<String>? { keys.withLock { $0 } }
    }

    func decodeWhole<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let choices = ValueDecoder.choices(of: type) {
            guard case .string(let text) = value, choices.contains(text) else {
                throw ParameterError.notAChoice(
                    key: name(), stage: stage, choices: choices, found: value.found)
            }
        }
        let decoded = try Value(from: self)
        if let known = asked.all {
            let strangers = value.keys.filter { !known.contains($0) }
            guard strangers.isEmpty else {
                throw ParameterError.unknown(
                    keys: strangers.map { name(of: $0) }, stage: stage,
                    known: known.sorted())
            }
        }
        return decoded
    }

    /// The texts that an enumeration of texts can be made from; nil for other types.
    private static func choices<Value>(of type: Value.Type) -> [String]? {
        guard let listed = type as? any CaseIterable.Type else { return nil }
        func texts<Listed: CaseIterable>(_ listed: Listed.Type) -> [String]? {
            let texts = listed.allCases.map { ($0 as? any RawRepresentable)?.rawValue as? String }
            return texts.contains(nil) ? nil : texts.compactMap { $0 }
        }
        return texts(listed)
    }

    func child(_ key: String, _ value: ParamValue) -> ValueDecoder {
        ValueDecoder(value: value, path: path + [key], stage: stage)
    }

    /// The dotted key path of this value, or of one below it.
    func name(of key: String? = nil) -> String {
        (path + [key].compactMap { $0 }).joined(separator: ".").replacing(".[", with: "[")
    }

    func wrongType(_ expected: String) -> ParameterError {
        .wrongType(
            key: name(), stage: stage, expected: expected, found: value.found)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .map = value else { throw wrongType("a map") }
        asked.add(nil)
        return KeyedDecodingContainer(KeyedValues(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .list(let values) = value else { throw wrongType("a list") }
        return ListedValues(decoder: self, values: values)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        SingleValue(decoder: self)
    }
}

/// A key by name alone.
struct ParameterKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

private struct KeyedValues<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: ValueDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] {
        // Whoever lists the keys, as dictionaries do, reads them all.
        decoder.value.keys.compactMap(Key.init(stringValue:))
    }

    private func child(_ key: Key) throws -> ValueDecoder {
        decoder.asked.add(key.stringValue)
        guard case .map(let map) = decoder.value, let value = map[key.stringValue] else {
            throw ParameterError.missing(
                key: decoder.name(of: key.stringValue), stage: decoder.stage,
                known: decoder.value.keys)
        }
        return decoder.child(key.stringValue, value)
    }

    func contains(_ key: Key) -> Bool {
        decoder.asked.add(key.stringValue)
        return decoder.value.keys.contains(key.stringValue)
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        if case .null = try child(key).value { true } else { false }
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try child(key).decodeWhole(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try child(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try child(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

private struct ListedValues: UnkeyedDecodingContainer {
    let decoder: ValueDecoder
    let values: [ParamValue]
    var currentIndex = 0

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { values.count }
    var isAtEnd: Bool { currentIndex >= values.count }

    private mutating func next() throws -> ValueDecoder {
        guard !isAtEnd else { throw decoder.wrongType("more than \(values.count) elements") }
        defer { currentIndex += 1 }
        return decoder.child("[\(currentIndex)]", values[currentIndex])
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, case .null = values[currentIndex] else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next().decodeWhole(type)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try next() }
}

public import ParamValues

/// Reads Swift values from parameters, with errors that say the key, the expected and the found.
public enum ParameterDecoder {
    /// Decodes the value below the dotted `key` of `parameters`; an empty key is the whole of it.
    ///
    /// A key in a map that the type does not read is an error, where the type decodes through a
    /// keyed container: a mistyped key must not fall back to a default. Integers and numbers
    /// convert where nothing is lost. Throws `ParameterError`.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from parameters: ParamValue, at key: String, stage: String
    ) throws -> Value {
        var value = parameters
        var path: [String] = []
        for part in key.split(separator: ".").map(String.init) {
            path.append(part)
            guard case .map(let map) = value, let next = map[part] else {
                throw ParameterError.missing(
                    key: path.joined(separator: "."), stage: stage, known: value.keys)
            }
            value = next
        }
        let decoder = ValueDecoder(value: value, path: path, stage: stage)
        do {
            return try decoder.decodeWhole(type)
        } catch let error as DecodingError {
            throw ParameterError(error, stage: stage)
        }
    }
}

/// A parameter that a stage cannot use.
public enum ParameterError: Error, Equatable, CustomStringConvertible {
    case missing(key: String, stage: String, known: [String])
    case wrongType(key: String, stage: String, expected: String, found: String)
    case notAChoice(key: String, stage: String, choices: [String], found: String)
    case unknown(keys: [String], stage: String, known: [String])
    case unusable(key: String, stage: String, reason: String)

    /// The message: a line that stands alone, then facts, then a hint where one is known.
    public var description: String {
        switch self {
        case .missing(let key, let stage, let known):
            """
            parameter '\(key)' of stage '\(stage)' is missing
              found: \(known.isEmpty ? "no keys there" : known.joined(separator: ", "))
            hint: add it to the parameters file, and to 'params:' of the stage
            """
        case .wrongType(let key, let stage, let expected, let found):
            """
            parameter '\(key)' of stage '\(stage)' has the wrong type
              expected: \(expected)
              found:    \(found)
            """
        case .notAChoice(let key, let stage, let choices, let found):
            """
            parameter '\(key)' of stage '\(stage)' is none of the possible values
              expected: \(choices.joined(separator: ", "))
              found:    \(found)
            """
        case .unknown(let keys, let stage, let known):
            """
            stage '\(stage)' knows no parameter \(keys.map { "'\($0)'" }.joined(separator: ", "))
              known: \(known.joined(separator: ", "))
            """
        case .unusable(let key, let stage, let reason):
            "parameter '\(key)' of stage '\(stage)' cannot be used: \(reason)"
        }
    }

    init(_ error: DecodingError, stage: String) {
        let context: DecodingError.Context =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context),
                .keyNotFound(_, let context), .dataCorrupted(let context):
                context
            @unknown default: .init(codingPath: [], debugDescription: "it cannot be decoded")
            }
        self = .unusable(
            key: context.codingPath.map(\.stringValue).joined(separator: "."), stage: stage,
            reason: context.debugDescription)
    }
}

extension ParamValue {
    /// The keys of a map in file order; empty for other values.
    var keys: [String] {
        guard case .map(let map) = self else { return [] }
        return Array(map.keys)
    }

    /// The value with its kind, as messages show it.
    var found: String {
        let text = displayText
        let shown = text.count <= 60 ? text : "\(text.prefix(57))..."
        if case .null = self { return "null" }
        return "\(shown) (\(kindName))"
    }
}

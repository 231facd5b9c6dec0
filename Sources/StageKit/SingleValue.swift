import ParamValues

/// Reads one scalar; numbers convert where nothing is lost.
struct SingleValue: SingleValueDecodingContainer {
    let decoder: ValueDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool {
        if case .null = decoder.value { true } else { false }
    }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .bool(let value) = decoder.value else {
            throw decoder.wrongType("true or false")
        }
        return value
    }

    func decode(_ type: String.Type) throws -> String {
        guard case .string(let value) = decoder.value else {
            throw decoder.wrongType("a text, in quotes where it looks like something else")
        }
        return value
    }

    func decode(_ type: Double.Type) throws -> Double {
        switch decoder.value {
        case .double(let value): return value
        case .int(let value):
            guard let exact = Double(exactly: value) else {
                throw decoder.wrongType("a number that a double can hold")
            }
            return exact
        default: throw decoder.wrongType("a number")
        }
    }

    func decode(_ type: Float.Type) throws -> Float {
        let value = try decode(Double.self)
        guard value.isNaN || value.isInfinite || Float(value).isFinite else {
            throw decoder.wrongType("a number that a float can hold")
        }
        return Float(value)
    }

    func decode(_ type: Int.Type) throws -> Int { try whole(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try whole(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try whole(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try whole(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try whole(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try whole(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try whole(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try whole(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try whole(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try whole(type) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try decoder.decodeWhole(type)
    }

    private func whole<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        let exact: Number? =
            switch decoder.value {
            case .int(let value): Number(exactly: value)
            case .double(let value): Number(exactly: value)
            default: throw decoder.wrongType("an integer")
            }
        guard let exact else {
            throw decoder.wrongType("an integer in \(Number.min)...\(Number.max)")
        }
        return exact
    }
}

import Foundation
import TestSupport
import Testing

/// Decodes a fixture of this folder's area.
func decoded<Value: Decodable>(_ type: Value.Type = Value.self, _ name: String) throws -> Value {
    let data = try Data(contentsOf: URL(fileURLWithPath: fixture("training/\(name)")))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: data)
}

/// Expects `|found - expected| <= absolute + relative * |expected|` of every element.
func expectClose(
    _ found: [Float], _ expected: [Double], absolute: Double, relative: Double, _ what: String,
    at location: SourceLocation = #_sourceLocation
) {
    guard found.count == expected.count else {
        Issue.record("\(what): \(found.count) not \(expected.count)", sourceLocation: location)
        return
    }
    for (i, (f, e)) in zip(found, expected).enumerated()
    where !(abs(Double(f) - e) <= absolute + relative * abs(e)) {
        Issue.record("\(what)[\(i)] is \(f), not \(e)", sourceLocation: location)
    }
}

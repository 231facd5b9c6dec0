import Foundation
import TestSupport
import Testing

/// What SciPy, statsmodels and scikit-learn found: see make_statistics.py.
struct Known: Decodable {
    struct Normal: Decodable {
        struct Below: Decodable { let x, p: Double }
        struct Quantile: Decodable { let p, x: Double }
        let below: [Below]
        let quantile: [Quantile]
    }
    struct Binomial: Decodable {
        let trials, successes: Int
        let probability, exactly, atMost, atLeast: Double
    }
    struct Wilson: Decodable {
        let successes, trials: Int
        let confidence, low, high: Double
    }
    struct Pair: Decodable {
        let gained, lost: Int
        let exact, mid: Double
    }
    struct Difference: Decodable {
        let rows, gained, lost: Int
        let margin, wald, score, notWorse, notBetter: Double
        let ninety, ninetyFive: [Double]
    }
    struct Holm: Decodable { let raw, adjusted: [Double] }
    struct Bootstrap: Decodable {
        let name, method: String
        let estimate, low, high: Double
        let without, resampled: [Double]
    }
    struct MacroF1: Decodable {
        let labels, predicted: [Int]
        let estimate, low, high: Double
    }
    struct Reliability: Decodable {
        let confidences: [Double]
        let right: [Bool]
        let equalWidth, equalMass: [[Double]]
        let widthError, massError, largest: Double
    }
    struct Temperature: Decodable {
        let name: String
        let logits: [[Double]]
        let labels: [Int]
        let temperature, nll, nllScaled, brier, brierScaled: Double
    }

    struct Runs: Decodable {
        let differences: [Double]
        let margin, notWorse, low, high: Double
    }

    let normal: Normal
    let binomial: [Binomial]
    let wilson: [Wilson]
    let pairs: [Pair]
    let differences: [Difference]
    let holm: [Holm]
    let bootstrap: [Bootstrap]
    let macroF1: MacroF1
    let reliability: Reliability
    let temperatures: [Temperature]
    let runs: [Runs]

    static func read() throws -> Known {
        let file = URL(fileURLWithPath: fixture("statistics/statistics.json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Known.self, from: try Data(contentsOf: file))
    }
}

/// Expects `found` to agree with `expected` to nine digits, or to 1e-15 near zero.
func expectEqual(
    _ found: Double, _ expected: Double, relative: Double = 1e-9, _ what: String,
    at location: SourceLocation = #_sourceLocation
) {
    if found == expected { return }
    guard abs(found - expected) <= relative * abs(expected) + 1e-15 else {
        Issue.record("\(what) is \(found), not \(expected)", sourceLocation: location)
        return
    }
}

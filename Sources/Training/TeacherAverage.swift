import Foundation
public import Tensors

/// How several teachers' answers become one.
public enum TeacherAverage: String, Sendable, CaseIterable, Decodable {
    /// The mean of their logits.
    case logits
    /// The mean of their probabilities at the temperature of the distillation.
    case probabilities

    /// The logits that stand for all `teachers`, each `[examples, classes]`.
    ///
    /// For probabilities these are `T · ln p̄`: divided by T and put through softmax they give p̄, the
    /// mean. Throws `TrainingError` for none, and for shapes that differ.
    public func combine(_ teachers: [Tensor], temperature: Double) throws -> Tensor {
        guard let first = teachers.first else { throw TrainingError.noExamples(what: "teachers'") }
        for other in teachers where other.shape != first.shape {
            throw TrainingError.mismatch(
                what: "another teacher's logits", expected: first.count, found: other.count)
        }
        guard teachers.count > 1 else { return first }
        let classes = first.columns
        let all = teachers.map(\.values)
        var result = [Float](repeating: 0, count: first.count)
        for start in stride(from: 0, to: first.count, by: max(1, classes)) {
            let range = start..<start + classes
            switch self {
            case .logits:
                for i in range {
                    result[i] = Float(all.reduce(0) { $0 + Double($1[i]) } / Double(all.count))
                }
            case .probabilities:
                let logs = all.map { Softmax.logs($0[range], temperature: temperature) }
                for c in 0..<classes {
                    // The largest is taken out, so that no probability vanishes.
                    let top = logs.map { $0[c] }.max() ?? 0
                    let sum = logs.reduce(0) { $0 + exp($1[c] - top) }
                    let mean = top + log(sum / Double(logs.count))
                    result[start + c] = Float(temperature * mean)
                }
            }
        }
        return Tensor(result, shape: first.shape)
    }
}

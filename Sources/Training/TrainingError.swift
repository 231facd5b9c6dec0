/// Why training cannot start or go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    case noExamples(what: String)
    case noLabels(what: String)
    case mismatch(what: String, expected: Int, found: Int)
    case labelOutOfRange(label: Int32, row: Int, classes: Int)
    case invalidOption(name: String, expected: String, found: String)
    case unknownHiddenLayer(layer: Int, layers: Int)
    case diverged(epoch: Int, step: Int, learningRate: Double, loss: Double)
    case notFinite(what: String, row: Int)
    case noSuchPart(_ what: String, _ index: Int, count: Int)
    case checkpointNotWritten(path: String, reason: String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .noExamples(let what):
            "the \(what) set has no examples"
        case .noLabels(let what):
            """
            the \(what) set has no labels
              expected: at least one example with a class
            """
        case .mismatch(let what, let expected, let found):
            """
            \(what) do not fit the examples
              expected: \(expected)
              found:    \(found)
            """
        case .labelOutOfRange(let label, let row, let classes):
            """
            label \(label) of example \(row) is not a class
              expected: 0…\(classes - 1), or -1 for none
            """
        case .invalidOption(let name, let expected, let found):
            """
            training option '\(name)' is out of range
              expected: \(expected)
              found:    \(found)
            """
        case .unknownHiddenLayer(let layer, let layers):
            """
            the hidden-state loss names layer \(layer), which the student does not have
              expected: 0…\(layers)
            """
        case .diverged(let epoch, let step, let learningRate, let loss):
            """
            training diverged: the loss became \(loss)
              epoch:         \(epoch)
              step:          \(step)
              learning rate: \(learningRate)
            hint: lower the learning rate or lengthen the warm-up
            """
        case .notFinite(let what, let row):
            "\(what) of example \(row) are not finite numbers"
        case .noSuchPart(let what, let index, let count):
            "\(what) \(index) does not exist, the teacher has \(count) (0…\(count - 1))"
        case .checkpointNotWritten(let path, let reason):
            """
            the training checkpoint cannot be written
              path:   \(path)
              reason: \(reason)
            """
        }
    }
}

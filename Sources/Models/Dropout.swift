import Tensors

/// Names the dropout masks of one training step; rates come from the model's configuration.
///
/// A mask element is a hash of seed, step, place in the model, row and column. Nothing is stored:
/// the backward pass computes the same mask again, on any number of threads.
public struct Dropout: Sendable {
    /// Seed of the run.
    public let seed: UInt64
    /// Number of the step, from 0.
    public let step: Int

    /// Creates the masks of step `step` under `seed`.
    public init(seed: UInt64, step: Int) {
        self.seed = seed
        self.step = step
    }

    /// The places of the model that drop; layers are counted from 0.
    enum Place {
        case embeddings
        case probabilities(Int)
        case context(Int)
        case output(Int)
        case classifier

        fileprivate var number: UInt64 {
            switch self {
            case .embeddings: 0
            case .classifier: 1
            case .probabilities(let layer): 2 + UInt64(layer) * 3
            case .context(let layer): 3 + UInt64(layer) * 3
            case .output(let layer): 4 + UInt64(layer) * 3
            }
        }
    }

    func mask(_ place: Place, rate: Float) -> DropoutMask {
        var generator = SeededGenerator(
            seed: seed &+ UInt64(bitPattern: Int64(step)) &* 0x9e37_79b9_7f4a_7c15,
            stream: "dropout")
        let base = generator.next()
        return DropoutMask(key: base &+ place.number &* 0xd134_2543_de82_ef95, rate: rate)
    }
}

/// The masks of a pass; all are `.none` in evaluation.
struct Masks {
    let dropout: Dropout?
    let config: EncoderConfig

    func hidden(_ place: Dropout.Place) -> DropoutMask {
        dropout?.mask(place, rate: config.hiddenDropout) ?? .none
    }

    func attention(_ layer: Int) -> DropoutMask {
        dropout?.mask(.probabilities(layer), rate: config.attentionDropout) ?? .none
    }
}

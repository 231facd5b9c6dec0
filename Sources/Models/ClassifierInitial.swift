import Tensors

extension Classifier {
    /// A model with random weights: truncated normal with deviation 0.02, biases 0, norms 1.
    public static func initial(
        config: EncoderConfig, pooling: Pooling, labels: [String], seed: UInt64
    ) throws -> Classifier {
        try config.validate()
        let parameters = Parameters(config: config, classes: labels.count)
        for name in parameters.names { parameters.initialize(name, seed: seed) }
        return try Classifier(
            config: config, pooling: pooling, labels: labels, parameters: parameters)
    }
}

extension Parameters {
    /// Fills one parameter as at the start of training; each has a random stream of its own.
    ///
    /// Matrices are normal with deviation 0.02, cut at two deviations; biases 0; norm weights 1.
    public func initialize(_ name: String, seed: UInt64) {
        let target = self[name]
        if name.hasSuffix("LayerNorm.weight") {
            target.fill(1)
        } else if name.hasSuffix(".bias") {
            target.fill(0)
        } else {
            var generator = SeededGenerator(seed: seed, stream: "initial/\(name)")
            target.withUnsafeMutableBuffer { buffer in
                for index in buffer.indices {
                    var value = generator.normal()
                    while abs(value) > 2 { value = generator.normal() }
                    buffer[index] = value * 0.02
                }
            }
        }
    }
}

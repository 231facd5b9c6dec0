import Models

extension TrainingOptions {
    /// Throws `TrainingError.invalidOption` for the first number that is out of range.
    ///
    /// - Parameter key: what stands before the option's name in the error, such as `finetune`.
    public func validate(under key: String = "") throws {
        func check(
            _ name: String, _ value: some Numeric, _ holds: Bool, _ expected: String
        ) throws {
            guard holds, (value as? Double)?.isFinite ?? true else {
                throw TrainingError.invalidOption(
                    name: key.isEmpty ? name : "\(key).\(name)", expected: expected,
                    found: "\(value)")
            }
        }
        try check("learning_rate", learningRate, learningRate > 0, "a number above 0")
        try check("weight_decay", weightDecay, weightDecay >= 0, "0 or more")
        try check("warmup", warmup, (0...1).contains(warmup), "0…1")
        try check("epochs", epochs, (1...10_000).contains(epochs), "1…10000")
        try check("batch_size", batchSize, (1...65_536).contains(batchSize), "1…65536")
        try check("clip", clip, clip > 0, "a number above 0")
        try check("alpha", alpha, (0...1).contains(alpha), "0…1")
        try check("temperature", temperature, temperature > 0, "a number above 0")
        try check("hidden_cosine", hiddenCosine, hiddenCosine >= 0, "0 or more")
        try check("hidden_mse.weight", hiddenMSE, hiddenMSE >= 0, "0 or more")
        try check("relations.weight", relations, relations >= 0, "0 or more")
        try check("relations.heads", relationHeads, relationHeads >= 1, "1 or more")
    }
}

extension TrainingSet {
    /// Throws unless the parts have one entry per example and fit the model and the options.
    func check(against model: Classifier, what: String, options: TrainingOptions) throws {
        guard count > 0 else { throw TrainingError.noExamples(what: what) }
        try match("\(what) labels", expected: count, found: labels.count)
        try Evaluation.check(labels: labels, classes: model.labels.count)
        guard teacherLogits != nil || labels.contains(where: { $0 >= 0 }) else {
            throw TrainingError.noLabels(what: what)
        }
        if let teacherLogits {
            try match("rows of the teacher's logits", expected: count, found: teacherLogits.rows)
            try match(
                "columns of the teacher's logits", expected: model.labels.count,
                found: teacherLogits.columns)
        }
        for (layer, vectors) in teacherHidden.sorted(by: { $0.key < $1.key }) {
            guard (0...model.config.layers.count).contains(layer) else {
                throw TrainingError.unknownHiddenLayer(
                    layer: layer, layers: model.config.layers.count)
            }
            try match("rows of the teacher's vectors", expected: count, found: vectors.rows)
            try match(
                "columns of the teacher's vectors", expected: model.config.hiddenSize,
                found: vectors.columns)
        }
        try tokenTeacher?.check(tokens: tokens, student: model, options: options)
    }

    private func match(_ what: String, expected: Int, found: Int) throws {
        guard expected == found else {
            throw TrainingError.mismatch(what: what, expected: expected, found: found)
        }
    }
}

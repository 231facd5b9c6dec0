import Datasets
import Models
import StageKit
import Tensors
import Tokenizers
import Training

/// A teacher, its student, and the texts as each of them reads them.
struct Pair {
    let teacher: Classifier
    let student: Classifier
    /// The student's tokenizer.
    let tokenizer: WordPieceTokenizer
    let train: Texts
    let valid: Texts
    private let parameters: DistillParameters
    /// Further teachers of the same spelling.
    private let others: [Classifier]
    /// The teacher's channels that the student has; nil for all.
    private let channels: [Int]?
    /// The teacher's ids of the student's pieces.
    private let teacherIDs: [Int32]

    /// Loads the teacher and starts the student from its layers and its most used word pieces.
    init(
        _ context: StageContext, parameters: DistillParameters, compute: Compute
    ) throws {
        let data = try PreparedData(folder: try context.dep(named: "prepared"))
        let folder = try context.dep(named: "teacher")
        teacher = try Checkpoint.load(folder)
        self.parameters = parameters
        try parameters.checkLayers(of: teacher.config.layers.count)
        try parameters.checkWidth(of: teacher.config.hiddenSize)
        let whole = try WordPieceTokenizer(folder: folder)
        try Self.check(teacher, data: data, tokenizer: whole)
        var seen = [folder]
        others = try (parameters.teachers ?? []).map { path in
            let folder = try context.dep(at: path)
            guard !seen.contains(folder) else { throw DistillError.firstTeacherAgain(path) }
            seen.append(folder)
            let other = try Checkpoint.load(folder)
            try Self.check(other, data: data, tokenizer: try WordPieceTokenizer(folder: folder))
            return other
        }

        let trainSplit = try data.split(.train)
        let needsUnlabelled = parameters.unlabelled || parameters.vocabulary.countUnlabelled
        let unlabelled = needsUnlabelled ? try data.split(.unlabelled) : nil
        var choice = VocabularyChoice(whole)
        choice.count(trainSplit.tokens)
        if parameters.vocabulary.countUnlabelled, let unlabelled { choice.count(unlabelled.tokens) }
        let ids = choice.ids(minimumCount: parameters.vocabulary.minimumCount)
        let tokenizer = try whole.keeping(ids)
        self.tokenizer = tokenizer

        let length = ([teacher] + others).reduce(data.maximumLength) { min($0, $1.maximumLength) }
        teacherIDs = try whole.keptIDs(ids)
        channels = try parameters.width.flatMap { [teacher] width in
            guard width < teacher.config.hiddenSize else { return nil }
            // Enough rows for the order of the channels; the mean squares vary little by text.
            return try strongestChannels(
                width, of: teacher, tokens: Array(trainSplit.tokens.prefix(1024)),
                compute: compute)
        }
        student = try TeacherParts(
            layers: parameters.layers, pieces: teacherIDs, positions: length,
            channels: channels
        ).student(of: teacher)
        func texts(_ split: PreparedSplit) -> Texts {
            Texts(
                split, tokenizer: tokenizer, maximumLength: length, threads: context.threads)
        }
        let labelled = texts(trainSplit)
        if parameters.unlabelled, let unlabelled {
            train = labelled.adding(unlabelled: texts(unlabelled))
        } else {
            train = labelled
        }
        valid = texts(try data.split(.valid))
    }

    /// What the student trains on: its spelling of the texts and the teachers' answers to their own.
    func trainingSet(
        hidden: Bool, compute: Compute, progress: (Double) throws -> Void
    ) throws -> TrainingSet {
        // First, as it may refuse parameters.
        let tokenTeacher = try tokenTeacher()
        let passes = Double(1 + others.count + (hidden ? 1 : 0))
        let answers = try ([teacher] + others).enumerated().map { place, teacher in
            try predictLogits(teacher, tokens: train.teacher, compute: compute) {
                try progress((Double(place) + $0) / passes)
            }
        }
        let logits = try (parameters.average ?? .logits).combine(
            answers, temperature: parameters.temperature)
        // Hidden states are numbered from 1: 0 are the embeddings.
        let counterparts = parameters.layers.enumerated().map { ($0.offset + 1, $0.element + 1) }
        let vectors =
            hidden
            ? try sentenceVectors(
                teacher, layers: Dictionary(uniqueKeysWithValues: counterparts),
                tokens: train.teacher, compute: compute
            ) { try progress((passes - 1 + $0) / passes) } : [:]
        return TrainingSet(
            tokens: train.student, labels: train.labels, teacherLogits: logits,
            teacherHidden: vectors, tokenTeacher: tokenTeacher)
    }

    /// The teacher as one whose token states are learned; nil where no loss wants them.
    ///
    /// It reads the student's spelling, whose pieces it has too.
    private func tokenTeacher() throws -> TokenTeacher? {
        let count = teacher.config.layers.count
        let hidden = try parameters.hiddenPairs(teacher: count)
        let layer = parameters.relationLayer(teacher: count)
        guard !hidden.isEmpty || layer != nil else { return nil }
        if let layer {
            try parameters.checkRelationHeads(
                [(teacher, layer), (student, student.config.layers.count - 1)].map {
                    ($0.config.layers[$1], $0.config.headSize)
                })
        }
        return TokenTeacher(
            model: teacher, tokens: train.student.map { $0.map { teacherIDs[Int($0)] } },
            hidden: hidden, channels: channels, relationLayer: layer)
    }

    /// Adds the sizes, what the cut did to the texts, and how student and teacher compare on valid.
    func describe(in metrics: inout Metrics, compute: Compute) throws {
        metrics.set("vocabulary", tokenizer.vocabulary.count)
        metrics.set("layers", student.config.layers.count)
        if channels != nil { metrics.set("width", student.config.hiddenSize) }
        metrics.set("parameters", student.parameterCount)
        metrics.set("teacher_parameters", teacher.parameterCount)
        metrics.set("bytes", 4 * student.parameterCount)
        metrics.set("training_texts", train.labels.count)
        let lengths = valid.meanLengths
        metrics.set("mean_length", lengths.student)
        metrics.set("mean_length_change", lengths.student / lengths.teacher - 1)
        metrics.set("unknown_rate", valid.share(of: tokenizer.unknownID))

        let mine = try predictLogits(student, tokens: valid.student, compute: compute)
        let theirs = try predictLogits(teacher, tokens: valid.teacher, compute: compute)
        let accuracy = try Evaluation(logits: mine, labels: valid.labels).accuracy
        let teachers = try Evaluation(logits: theirs, labels: valid.labels).accuracy
        metrics.set("teacher_valid_accuracy", teachers)
        metrics.set("accuracy_kept", accuracy / teachers)
        metrics.set("agreement", try agreement(mine, theirs))
    }

    /// Throws unless the teacher answers with the labels of the data and reads its word pieces.
    private static func check(
        _ teacher: Classifier, data: PreparedData, tokenizer: WordPieceTokenizer
    ) throws {
        guard teacher.labels == data.labels else {
            throw DistillError.otherLabels(teacher: teacher.labels, prepared: data.labels)
        }
        let prepared = try data.tokenizer().vocabulary
        guard prepared.pieces == tokenizer.vocabulary.pieces,
            prepared.count == teacher.config.vocabularySize
        else {
            throw DistillError.otherVocabulary(
                teacher: teacher.config.vocabularySize, prepared: prepared.count)
        }
    }
}

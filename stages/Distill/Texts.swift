import Datasets
import Tokenizers
import Training

/// One split as the teacher spells it and as the student does.
struct Texts {
    let labels: [Int32]
    let teacher: [[Int32]]
    let student: [[Int32]]

    /// Spells the rows of `split` anew with the student's vocabulary.
    init(
        _ split: PreparedSplit, tokenizer: WordPieceTokenizer, maximumLength: Int, threads: Int
    ) {
        labels = split.labels
        teacher = split.tokens
        student =
            tokenizer.encode(
                split.rows.map(\.text), maximumLength: maximumLength, threads: threads
            ).arrays
    }

    private init(labels: [Int32], teacher: [[Int32]], student: [[Int32]]) {
        self.labels = labels
        self.teacher = teacher
        self.student = student
    }

    /// These texts, then the others without their labels.
    func adding(unlabelled other: Texts) -> Texts {
        Texts(
            labels: labels + other.labels.map { _ in -1 }, teacher: teacher + other.teacher,
            student: student + other.student)
    }

    /// The share of `id` among the student's tokens.
    func share(of id: Int32) -> Double {
        let found = student.reduce(0) { $0 + $1.reduce(0) { $0 + ($1 == id ? 1 : 0) } }
        return Double(found) / Double(max(1, Texts.tokens(student)))
    }

    /// Student's tokens per text, and the teacher's.
    var meanLengths: (student: Double, teacher: Double) {
        let texts = Double(max(1, labels.count))
        return (Double(Texts.tokens(student)) / texts, Double(Texts.tokens(teacher)) / texts)
    }

    private static func tokens(_ texts: [[Int32]]) -> Int { texts.reduce(0) { $0 + $1.count } }
}

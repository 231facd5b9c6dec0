/// Why distillation cannot start.
enum DistillError: Error, Equatable, CustomStringConvertible {
    case minimumCount(Int)
    case noLayers(teacher: Int)
    case noSuchLayer(Int, teacher: Int, key: String = "layers")
    case width(Int, teacher: Int)
    case cosineAcrossWidths
    case relationHeads(Int, width: Int)
    case unknownMap(String)
    case otherCount(found: Int, student: Int)
    case firstTeacherAgain(String)
    case otherLabels(teacher: [String], prepared: [String])
    case otherVocabulary(teacher: Int, prepared: Int)

    var description: String {
        switch self {
        case .minimumCount(let found):
            """
            distill.vocabulary.min_count: out of range
              expected: 0 or more
              found:    \(found)
            """
        case .noLayers(let teacher):
            """
            distill.layers: names no layer
              expected: some of the teacher's \(teacher) (0…\(teacher - 1))
            """
        case .noSuchLayer(let layer, let teacher, let key):
            "distill.\(key): layer \(layer) does not exist, the teacher has \(teacher)"
                + " (0…\(teacher - 1))"
        case .width(let found, let teacher):
            """
            distill.width: out of range
              expected: 1…\(teacher), as the teacher has \(teacher) channels
              found:    \(found)
            """
        case .cosineAcrossWidths:
            """
            distill.hidden_cosine: needs a student of the teacher's width
            hint: use distill.hidden_mse, which has a projection between the widths
            """
        case .relationHeads(let found, let width):
            """
            distill.relations.heads: does not divide the attention's width
              expected: a divisor of \(width)
              found:    \(found)
            """
        case .unknownMap(let found):
            """
            distill.hidden_mse.layers: not known
              expected: start, uniform, or a list of the teacher's layers
              found:    \(found)
            """
        case .otherCount(let found, let student):
            """
            distill.hidden_mse.layers: not one for each layer of the student
              expected: \(student)
              found:    \(found)
            """
        case .firstTeacherAgain(let path):
            "distill.teachers: '\(path)' is named twice, or is the first teacher"
        case .otherLabels(let teacher, let prepared):
            """
            the teacher was trained for other labels
              expected: \(prepared.joined(separator: ", "))
              found:    \(teacher.joined(separator: ", "))
            """
        case .otherVocabulary(let teacher, let prepared):
            """
            the prepared texts were tokenized for another teacher
              expected: \(teacher) word pieces
              found:    \(prepared)
            """
        }
    }
}

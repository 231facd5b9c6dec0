import Pipelines
import StageKit
import Testing

struct ParameterDecoderTests {
    private enum Kind: String, Decodable, CaseIterable { case mean, cls }
    private struct Inner: Decodable { var size: Int }
    private struct Options: Decodable {
        var rate: Double
        var steps: Int
        var kind: Kind
        var name: String?
        var layers: [Inner]
        var weights: [String: Float]
    }

    private static let good = """
        distill:
          rate: 2
          steps: 3.0
          kind: cls
          layers: [{size: 1}, {size: 2}]
          weights: {a: 0.5, b: 1}
        """

    private static func decode<Value: Decodable>(
        _ type: Value.Type, _ yaml: String, at key: String = "distill"
    ) throws -> Value {
        let parameters = try ParamsFile(yaml, file: "params.yaml").root
        return try ParameterDecoder.decode(type, from: parameters, at: key, stage: "distill")
    }

    @Test func valuesAreDecodedAndNumbersConvertWhereNothingIsLost() throws {
        let options = try ParameterDecoderTests.decode(Options.self, ParameterDecoderTests.good)
        #expect(options.rate == 2 && options.steps == 3 && options.kind == .cls)
        #expect(options.name == nil)
        #expect(options.layers.map(\.size) == [1, 2])
        #expect(options.weights == ["a": 0.5, "b": 1])
        #expect(try ParameterDecoderTests.decode(Int.self, "a: {b: 7}", at: "a.b") == 7)
    }

    @Test(arguments: [
        (
            "rate: 2", "rate: fast",
            """
            parameter 'distill.rate' of stage 'distill' has the wrong type
              expected: a number
              found:    fast (a string)
            """
        ),
        (
            "steps: 3.0", "steps: 3.5",
            """
            parameter 'distill.steps' of stage 'distill' has the wrong type
              expected: an integer in -9223372036854775808...9223372036854775807
              found:    3.5 (a number)
            """
        ),
        (
            "{size: 2}", "{size: .nan}",
            """
            parameter 'distill.layers[1].size' of stage 'distill' has the wrong type
              expected: an integer in -9223372036854775808...9223372036854775807
              found:    NaN (a number)
            """
        ),
        (
            "rate: 2", "rate: 2\n  rats: 3",
            """
            stage 'distill' knows no parameter 'distill.rats'
              known: kind, layers, name, rate, steps, weights
            """
        ),
        (
            "  steps: 3.0\n", "",
            """
            parameter 'distill.steps' of stage 'distill' is missing
              found: rate, kind, layers, weights
            hint: add it to the parameters file, and to 'params:' of the stage
            """
        ),
        (
            "kind: cls", "kind: [cls]",
            """
            parameter 'distill.kind' of stage 'distill' is none of the possible values
              expected: mean, cls
              found:    ["cls"] (a list)
            """
        ),
        (
            "kind: cls", "kind: max",
            """
            parameter 'distill.kind' of stage 'distill' is none of the possible values
              expected: mean, cls
              found:    max (a string)
            """
        ),
        (
            "kind: cls", "kind: cls\n  name: 5e3",
            """
            parameter 'distill.name' of stage 'distill' has the wrong type
              expected: a text, in quotes where it looks like something else
              found:    5000 (a number)
            """
        ),
        (
            "a: 0.5", "a: 1e300",
            """
            parameter 'distill.weights.a' of stage 'distill' has the wrong type
              expected: a number that a float can hold
              found:    1e+300 (a number)
            """
        ),
    ])
    func errorsNameTheKeyTheExpectedAndTheFound(
        good: String, bad: String, message: String
    ) throws {
        let yaml = ParameterDecoderTests.good.replacing(good, with: bad)
        #expect {
            try ParameterDecoderTests.decode(Options.self, yaml)
        } throws: { "\($0)" == message }
    }
}

import Testing

@testable import Engine

@Suite struct ParamDifferenceTests {
    private func reasons(_ old: String?, _ new: String?) -> [String] {
        ParamDifference.reasons(file: "params.yaml", key: "distill", old: old, new: new)
            .map(\.description)
    }

    @Test func `of a group, the value that changed is the reason`() {
        #expect(
            reasons(#"{"layers":[0,1],"temperature":4}"#, #"{"layers":[0,1],"temperature":2}"#)
                == ["params.yaml distill.temperature 4 → 2"])
    }

    @Test func `values that came, went and changed kind are reasons of their own`() {
        #expect(
            reasons(#"{"a":{"b":1},"c":2}"#, #"{"a":{"b":"1"},"d":[1]}"#) == [
                #"params.yaml distill.a.b 1 → "1""#, "params.yaml distill.d is new: [1]",
                "params.yaml distill.c is no longer named (was 2)",
            ])
    }

    @Test func `a group that became a value, or is new, is one reason`() {
        #expect(reasons(#"{"a":1}"#, "7") == [#"params.yaml distill {"a":1} → 7"#])
        #expect(reasons(nil, #"{"a":1}"#) == [#"params.yaml distill is new: {"a":1}"#])
        #expect(reasons("1", "1").isEmpty)
    }
}

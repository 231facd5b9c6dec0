import Pipelines
import Testing

@Test func aDiagnosticRendersItsPartsLikeACompiler() {
    let diagnostic = Diagnostic(
        at: .at(SourceLocation(file: "pipeline.yml", line: 12, column: 5)),
        "unknown key 'dep' in stage 'train'", sourceLine: "    dep: [a]",
        facts: [.init("allowed", "deps\nouts"), .init("found", "dep")], hint: "did you mean 'deps'?"
    )
    #expect(
        diagnostic.description == """
            pipeline.yml:12:5: error: unknown key 'dep' in stage 'train'
              12 |     dep: [a]
                 |     ^
              allowed: deps
                       outs
              found:   dep
            hint: did you mean 'deps'?
            """)
}

@Test func findingsAreSortedByPlaceAndSaidOnce() {
    func finding(_ line: Int) -> Diagnostic {
        Diagnostic(at: .at(SourceLocation(file: "p", line: line, column: 1)), "m")
    }
    let error = DefinitionError(diagnostics: [finding(10), finding(2), finding(10)])
    #expect(error.diagnostics == [finding(2), finding(10)])
}

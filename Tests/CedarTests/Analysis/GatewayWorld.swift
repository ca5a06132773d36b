import Cedar
import CedarAnalysis
import CedarSchema

/// A schema such as a gateway for models would have, for tests of the analysis.
enum GatewayWorld {
    static let text = """
        namespace G {
          entity Team in [Team];
          entity User in [Team] { clearance: Long, region: String, isOnCall: Bool, manager?: User };
          entity Agent in [Team] { owner: User, risk: Long };
          entity Boundary enum ["local", "cloud"];
          entity ModelGroup in [ModelGroup];
          entity Model in [ModelGroup] { boundary: Boundary, region: String, limit: Long, isApproved: Bool } tags String;
          type Label = String;
          type Source = { address: ipaddr, at: datetime };
          type Context = {
            confidentiality: Label, labels: Set<Label>, score: decimal, purpose?: String, source: Source,
            depth: Long, risk?: { tier: Long, reviewed?: Bool }
          };
          action all;
          action infer in [all] appliesTo { principal: [User, Agent], resource: [Model], context: Context };
          action store in [all] appliesTo { principal: [User], resource: [Model, ModelGroup], context: Context };
        }
        """

    static func schema() throws -> Schema { try Schema(text: self.text) }

    static func analysis(_ policies: String, cases: Int = 200_000) throws -> PolicyAnalysis {
        PolicyAnalysis(
            try CedarParser.policies(policies), try self.schema(),
            limits: AnalysisLimits(cases: cases, allCases: 10 * cases))
    }
}

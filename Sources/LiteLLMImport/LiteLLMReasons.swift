import Settings

/// Why keys of LiteLLM have no equal here, and what takes their place.
enum LiteLLMReasons {
    static let none = "has no equal here"
    static let timeout = "is no time from 0.1 to 86400 seconds, or stands twice"

    static func reason(for key: String) -> String { self.all[key] ?? self.none }

    private static let failures = "a request goes on to another model only where a provider fails"
    private static let spread = "requests are not spread over several deployments of a model"
    private static let limits = "limits of rates are not set in this file"
    private static let defaults = "parameters of requests have no defaults here: the application sends them"
    private static let budgets = "budgets are not set in this file"
    private static let retries = "is not configured here"
    private static let prices = "belongs into a price table; see prices.path"
    private static let events = "what happened is in the event log: gatehouse events"

    private static let all: [String: String] = [
        "fallbacks": "fallbacks are taken over from router_settings and litellm_settings alone",
        "default_fallbacks": "each model names its own fallbacks",
        "context_window_fallbacks": failures, "content_policy_fallbacks": failures,
        "num_retries": retries, "max_retries": retries, "retry_policy": retries, "allowed_fails": retries,
        "cooldown_time": retries, "allowed_fails_policy": retries,
        "routing_strategy": spread, "routing_strategy_args": spread, "weight": spread, "order": spread,
        "rpm": limits, "tpm": limits, "max_parallel_requests": limits,
        "max_budget": budgets, "budget_duration": budgets, "max_user_budget": budgets,
        "max_internal_user_budget": budgets, "provider_budget_config": budgets, "default_internal_user_params": budgets,
        "max_end_user_budget": budgets, "default_team_settings": budgets,
        "temperature": defaults, "top_p": defaults, "n": defaults, "stop": defaults, "seed": defaults,
        "presence_penalty": defaults, "frequency_penalty": defaults, "reasoning_effort": defaults,
        "thinking": defaults, "extra_body": defaults, "response_format": defaults,
        "input_cost_per_token": prices, "output_cost_per_token": prices, "input_cost_per_second": prices,
        "cache_read_input_token_cost": prices, "cache_creation_input_token_cost": prices,
        "callbacks": events, "success_callback": events, "failure_callback": events, "service_callbacks": events,
        "callback_settings": events,
        "set_verbose": "log.level is the level of the log",
        "database_url": "keys and events are kept in storage.path",
        "store_model_in_db": "models stand in this file alone",
        "custom_auth": "applications are known by keys: gatehouse key create",
        "cache": "answers are not kept", "cache_params": "answers are not kept",
        "include": "a file stands alone: import the others by themselves, and put them together",
        "guardrails": "what is looked for stands under detectors, and policies say what happens then",
        "extra_headers": "headers of requests are not set here",
        "headers": "headers of requests are not set here",
        "organization": "the headers OpenAI-Organization and OpenAI-Project are not set here",
        "tenant_id": signIn, "client_id": signIn, "client_secret": signIn, "azure_username": signIn,
        "azure_password": signIn, "vertex_credentials": signIn,
        "aws_role_name": signIn, "aws_session_name": signIn, "aws_profile_name": signIn,
        "aws_web_identity_token": signIn, "aws_sts_endpoint": signIn,
    ]

    private static let signIn = "nobody signs in here: whoever renews the credential writes it where it is referred to"
}

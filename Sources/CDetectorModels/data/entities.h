// The SHA-256 of entities.model: 53b7c822da611d1e421cea83694eab35e2b9afa5a471d7179b1b9c717a9bdfc9

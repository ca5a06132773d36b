extension EntityTemplates {
    static let portuguese = #"""
        Olá {given}, obrigado pela resposta. Vou falar com {person} e aviso até {weekday}.
        Prezado senhor {family},\n\nsegue em anexo a fatura {id} de {month}.\n\nAtenciosamente,\n{person}\n{org}
        Prezada Sra. {family}, o seu pedido de {date} foi enviado para {address}.
        O meu nome é {person} e moro em {place}.
        meu nome é {given} e sou de {place}
        Por favor, altere a minha morada para {address}.
        Nome: {person}\nEndereço: {address}\nTelefone: {phone}
        Nome: {given}\nApelido: {family}\nRua: {street}\nCódigo postal: {zip}\nCidade: {place}
        Paciente: {person}, nascido em {date} em {place}. Médico: Dr. {family}, {org}.
        A {org} anunciou na {weekday} a compra da {org} por {money}.
        {person}, presidente da {org}, demitiu-se em {date}.
        O contrato entre a {org}, com sede em {address}, e {person}, residente em {address}, termina em {date}.
        O tribunal de {place} condenou {person} a uma multa de {money}.
        Trabalho na {org} em {place} como {job}.
        A reunião com {person} e {person} é na {weekday} às {time}.
        Podes perguntar ao {given} se a {given} vem na {weekday}?
        Como está o tempo em {place} em {month}?
        O comboio de {place} para {place} está atrasado.
        No verão passado visitámos {place}, {place} e {place}.
        O nosso escritório fica na {address}.
        O Sr. {family} e a Sra. {family} vivem em {place} desde {year}.
        {person} nasceu em {place} em {year} e estudou na {university}.
        De: {person} <{email}>\nPara: {person} <{email}>\nAssunto: reunião em {place}
        Em {date}, {person} escreveu:
        A funcionária {person} (número {id}) passa para a {org}.
        Abraço,\n{given}
        Cumprimentos,\n{person}\n{org}\n{address}
        Endereço de cobrança:\n{person}\n{address}
        Beneficiário: {person}, IBAN {id}, banco: {org}
        Por favor, transfira {money} para {person}.
        Segundo {person}, da {org}, a fábrica de {place} vai fechar.
        O paciente {family} deu entrada nas urgências em {date}.
        {place} fica em {country}. Os habitantes de {place} têm orgulho.
        Conheces {person}? Trabalhava antes para a {org}.
        O irmão da {given}, {given}, vive em {place}.
        O prefeito de {place}, {person}, visitou a {street}.
        {family}, {given}; {address}; {phone}
        {id},{given},{family},{date},{org},{place}
        - {person} ({org})\n- {person} ({place})
        Participantes: {person}, {person} e {person}
        Cliente: {person}, empresa: {org}, cidade: {place}
        {given}: estás aí?\n{given}: sim, um momento
        A minha filha {given} anda na escola em {place}.
        A entrega em {address} falhou, {person} não estava em casa.
        A advogada {person} representa a {org}.
        O acidente aconteceu na {street} em {place} por volta das {time}.
        {place}, {date}
        """#

    static let portugueseNegatives = #"""
        O pedido foi enviado na {weekday} e chega em {month}.
        Abra Configurações, escolha Rede e clique em Avançado.
        O médico receitou um tratamento. Os exames não mostraram nada.
        Procuramos um {job} com cinco anos de experiência.
        Prezados senhores,\n\nquero cancelar o meu contrato.
        Como escrevo uma função em Python que ordena uma lista?
        Escreva um poema sobre o mar e as estrelas.
        O Vendedor entrega os Produtos ao Comprador conforme o Contrato.
        Segunda, terça e quarta estou livre, quinta não.
        Queria {thing}, {thing} e {thing}, por favor.
        Ela fala {language} e {language}.
        Erro: ligação recusada. Nova tentativa em {number} segundos.
        ATENÇÃO: NÃO ABRIR O APARELHO.
        Termos e condições\nPolítica de privacidade\nAviso legal
        A rua está fechada, o desvio passa pela ponte e pela praça.
        Feliz Natal e próspero Ano Novo! A Páscoa é em abril.
        O Congresso aprovou a lei. O Governo e o Senado discutem.
        Capítulo {number}: Fundamentos do tratamento de dados
        Olá, boa tarde, muito obrigado e até logo.
        Atenciosamente,\nEquipe de Suporte
        O {job} e a contabilista verificam a fatura de {month}.
        Que documentos preciso para pedir um empréstimo no banco?
        A Internet está lenta hoje. O meu Android não liga ao Bluetooth.
        Numa panela grande, derreta a manteiga. Junte {number} g de farinha.
        Qual é a capital deste país e quantos habitantes tem?
        Era uma vez uma Princesa que vivia num castelo junto ao rio.
        No entanto, o resultado depende da qualidade dos dados. Depois é preciso comparar.
        """#
}

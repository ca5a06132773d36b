extension EntityTemplates {
    static let spanish = #"""
        Hola {given}, gracias por tu respuesta. Hablaré con {person} y te aviso el {weekday}.
        Estimado señor {family}:\n\nadjunto la factura {id} de {month}.\n\nUn saludo,\n{person}\n{org}
        Estimada Sra. {family}, su pedido del {date} fue enviado a {address}.
        Me llamo {person} y vivo en {place}.
        me llamo {given} y soy de {place}
        Por favor, cambien mi dirección a {address}.
        Nombre: {person}\nDirección: {address}\nTeléfono: {phone}
        Nombre: {given}\nApellidos: {family}\nCalle: {street}\nCódigo postal: {zip}\nCiudad: {place}
        Paciente: {person}, nacido el {date} en {place}. Médico: Dr. {family}, {org}.
        {org} anunció el {weekday} la compra de {org} por {money}.
        {person}, director general de {org}, dimitió el {date}.
        El contrato entre {org}, con domicilio en {address}, y D. {person}, vecino de {place}, termina el {date}.
        El juzgado de {place} condenó a {person} a una multa de {money}.
        Trabajo en {org} en {place} como {job}.
        La reunión con {person} y {person} es el {weekday} a las {time}.
        ¿Puedes preguntar a {given} si {given} viene el {weekday}?
        ¿Qué tiempo hace en {place} en {month}?
        El tren de {place} a {place} llega con retraso.
        El verano pasado visitamos {place}, {place} y {place}.
        Nuestra oficina está en {address}.
        El Sr. {family} y la Sra. {family} viven en {place} desde {year}.
        Doña {person} nació en {place} en {year} y estudió en la {university}.
        De: {person} <{email}>\nPara: {person} <{email}>\nAsunto: reunión en {place}
        El {date}, {person} escribió:
        La empleada {person} (número {id}) se incorpora a {org}.
        Saludos,\n{given}
        Atentamente,\n{person}\n{org}\n{address}
        Dirección de facturación:\n{person}\n{address}
        Beneficiario: {person}, IBAN {id}, banco: {org}
        Por favor, transfiera {money} a {person}.
        Según {person}, de {org}, la fábrica de {place} cerrará.
        El paciente {family} acudió a urgencias el {date}.
        {place} está en {country}. Los habitantes de {place} están orgullosos.
        ¿Conoces a {person}? Antes trabajaba para {org}.
        El hermano de {given}, {given}, vive en {place}.
        La alcaldesa de {place}, {person}, visitó la {street}.
        {family}, {given}; {address}; {phone}
        {id},{given},{family},{date},{org},{place}
        - {person} ({org})\n- {person} ({place})
        Asistentes: {person}, {person} y {person}
        Cliente: {person}, empresa: {org}, ciudad: {place}
        {given}: ¿estás ahí?\n{given}: sí, un momento
        Contacto: {person}, {phone}
        Mi hija {given} va al colegio en {place}.
        La entrega en {address} falló, {person} no estaba en casa.
        El abogado {person} representa a {org}.
        El accidente ocurrió en la {street} de {place} sobre las {time}.
        En {place}, a {date}
        la empresa {org} tiene sedes en {place} y {place}
        """#

    static let spanishNegatives = #"""
        El pedido se envió el {weekday} y llegará en {month}.
        Abra Configuración, elija Red y pulse Opciones avanzadas.
        El médico recetó un tratamiento. Las pruebas no mostraron nada.
        Buscamos un {job} con cinco años de experiencia.
        Estimados señores:\n\nquiero cancelar mi contrato.
        ¿Cómo escribo una función en Python que ordene una lista?
        Escribe un poema sobre el mar y las estrellas.
        El Vendedor entregará los Productos al Comprador según el Contrato.
        Lunes, martes y miércoles estoy libre, el jueves no.
        Quisiera {thing}, {thing} y {thing}, por favor.
        Ella habla {language} y {language}.
        Error: conexión rechazada. Nuevo intento en {number} segundos.
        ATENCIÓN: NO ABRIR EL APARATO.
        Términos y condiciones\nPolítica de privacidad\nAviso legal
        La calle está cortada, el desvío pasa por el puente y la plaza.
        ¡Feliz Navidad y próspero Año Nuevo! La Semana Santa es en abril.
        El Congreso aprobó la ley. El Gobierno y el Senado la debaten.
        Capítulo {number}: Fundamentos del tratamiento de datos
        Hola, buenas tardes, muchas gracias y hasta luego.
        Un saludo,\nEl equipo de soporte
        El {job} y la contable revisan la factura de {month}.
        ¿Qué documentos necesito para pedir un préstamo en el banco?
        El Internet va lento esta mañana. Mi Android no se conecta por Bluetooth.
        En una olla grande, derrita la mantequilla. Añada {number} g de harina.
        ¿Cuál es la capital de este país y cuántos habitantes tiene?
        Había una vez una Princesa que vivía en un castillo junto al río.
        Sin embargo, el resultado depende de la calidad de los datos. Después hay que comparar.
        Paso 1: Preparar el material. Paso 2: Comprobar la tensión.
        """#
}

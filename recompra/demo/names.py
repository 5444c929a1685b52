# ruff: noqa: SIM905 (a list of words reads best as words)
"""First names and surnames that are common in Brazil, to be drawn at random."""

WOMEN = tuple(
    """
    Adriana Alessandra Alice Aline Amanda Ana Andréa Ângela Antônia Aparecida Bárbara Beatriz Bianca
    Bruna Camila Carla Carolina Cecília Célia Clara Cláudia Cleide Cristiane Cristina Daniela Débora
    Denise Edna Elaine Eliane Elisa Elisabete Elza Emanuelle Érica Eva Fabiana Fátima Fernanda Flávia
    Francisca Gabriela Geralda Gisele Giovana Glória Graziela Helena Heloísa Iara Inês Ingrid Irene
    Isabel Isabela Ivone Jacqueline Janaína Jaqueline Jéssica Joana Josefa Joyce Júlia Juliana Karen
    Karina Kátia Kelly Laís Lara Larissa Laura Letícia Lídia Lígia Lívia Lorena Lourdes Lúcia Luana
    Luciana Luciene Luísa Luiza Luzia Madalena Maíra Manuela Mara Márcia Margarida Maria Mariana Marília
    Marina Marisa Marlene Marta Melissa Michele Mirela Mônica Nádia Natália Nair Neusa Nicole Olívia
    Patrícia Paula Pietra Priscila Rafaela Raquel Rebeca Regiane Regina Renata Rita Roberta Rosa Rosana
    Rosângela Roseli Rute Sabrina Sandra Sara Selma Sheila Silvana Sílvia Simone Solange Sônia Sophia
    Stela Sueli Suzana Tainá Tânia Tatiana Telma Teresa Thaís Valentina Valéria Vanda Vanessa Vera
    Verônica Vitória Viviane Yasmin Zélia Zilda
    """.split()
)
MEN = tuple(
    """
    Adilson Adriano Alan Alberto Alessandro Alex Alexandre Alisson Álvaro Anderson André Antônio Arnaldo
    Artur Augusto Benedito Benício Bernardo Breno Bruno Caio Carlos Cauã César Cícero Cláudio Cléber
    Cristiano Daniel Danilo Davi Diego Diogo Douglas Edgar Edilson Edson Eduardo Elias Emerson Enzo
    Érico Ernesto Estêvão Everton Fabiano Fábio Felipe Fernando Flávio Francisco Frederico Gabriel
    Geraldo Gilberto Gilmar Guilherme Gustavo Heitor Hélio Henrique Hugo Humberto Igor Isaac Ivan Jair
    Jeferson João Joaquim Joel Jonas Jorge José Josué Juarez Júlio Kaique Kauan Leandro Leonardo Lorenzo
    Lucas Luciano Luís Luiz Manoel Marcelo Márcio Marco Marcos Mário Mateus Matheus Maurício Mauro
    Miguel Milton Moacir Moisés Murilo Natan Nelson Nilton Orlando Osvaldo Otávio Paulo Pedro Rafael
    Raimundo Raul Reginaldo Renan Renato Ricardo Roberto Robson Rodrigo Rogério Ronaldo Rubens Samuel
    Sandro Sebastião Sérgio Severino Silvio Tales Thiago Tiago Tomás Ulisses Vagner Valdir Valter
    Vicente Victor Vinícius Vítor Wagner Walter Washington Wellington Wesley William Wilson Yago Yuri
    """.split()
)
SECOND_WOMEN = (
    "Aparecida",
    "Beatriz",
    "Clara",
    "Cristina",
    "de Fátima",
    "do Carmo",
    "Eduarda",
    "Helena",
    "Lúcia",
    "Regina",
)
SECOND_MEN = (
    "Antônio",
    "Carlos",
    "César",
    "de Jesus",
    "Eduardo",
    "Gabriel",
    "Henrique",
    "Luiz",
    "Roberto",
    "Vítor",
)
SURNAMES = tuple(
    """
    Abreu Aguiar Albuquerque Alencar Almeida Alves Amaral Amorim Andrade Antunes Aragão Araújo Arruda
    Assis Azevedo Bandeira Barbosa Barreto Barros Bastos Batista Benites Bezerra Bispo Bittencourt
    Borges Braga Brandão Brito Bueno Cabral Caldas Camargo Campos Cardoso Carneiro Carvalho Castro
    Cavalcante Chagas Coelho Conceição Cordeiro Corrêa Costa Couto Cruz Cunha Damasceno Dantas Dias
    Diniz Domingues Duarte Dutra Esteves Evangelista Farias Fernandes Ferraz Ferreira Figueiredo Fonseca
    Fontes França Franco Freire Freitas Furtado Galvão Garcia Gomes Gonçalves Guedes Guerra Guimarães
    Holanda Jesus Lacerda Leal Leite Lemos Lima Lobo Lopes Macedo Machado Maciel Magalhães Maia Marinho
    Marques Martins Mattos Medeiros Meireles Melo Mendes Mendonça Menezes Mesquita Miranda Monteiro
    Moraes Moreira Mota Moura Muniz Nakamura Nascimento Neves Nogueira Novaes Nunes Oliveira Pacheco
    Padilha Paiva Paixão Paz Peixoto Pereira Peres Pessoa Pimentel Pinheiro Pinto Pires Porto Prado
    Queiroz Quintana Ramos Rangel Rezende Ribeiro Rocha Rodrigues Rosa Sá Sales Salgado Sampaio Santana
    Santiago Santos Saraiva Schmidt Serra Severo Silva Silveira Simões Siqueira Soares Souza Tanaka
    Tavares Teixeira Teles Toledo Torres Valente Vargas Vasconcelos Vaz Veiga Viana Vidal Vieira Vilela
    Xavier Zanetti
    """.split()
)
